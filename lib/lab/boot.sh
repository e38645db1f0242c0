# Process 1 of a lab's namespaces: makes /proc and /run the lab's own, starts the lab, and takes in what its processes leave behind.
# Arguments: the lab's state directory, then the command to run. The command's input is this script's.
set -e
state=$1
shift

# /proc is still the host's: this is how the host knows the lab.
read -r LAB_PROCESS </proc/self/stat
export LAB_PROCESS

mount -t proc proc /proc
exec 3<"$state"
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/netns
case $state in
  /run/* | /var/run/*)
    mkdir -p "$state"
    mount --no-canonicalize --rbind /proc/self/fd/3 "$state"
    ;;
esac
exec 3<&0

# Waiting, not replacing this shell: processes whose parent has ended become this one's children, and a shell that waits takes them all in.
"$@" <&3 3<&- &
exec 3<&- </dev/null
set +e
wait $!

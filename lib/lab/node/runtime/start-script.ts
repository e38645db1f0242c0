import { openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { shellQuote } from "../../../base/shell-quote.ts";
import type { PlannedMount } from "./container-root.ts";

/** How a process is run inside of a container. */
export interface ProcessPlan {
  workingDir: string;
  environment: ReadonlyMap<string, string>;
  /** For setpriv(1). */
  privileges: string[];
  command: string[];
}

export interface StartPlan extends ProcessPlan {
  root: string;
  hostname: string;
  mounts: PlannedMount[];
  readOnlyRoot: boolean;
}

/**
 * Writes the shell script that turns a process in fresh mount, UTS and PID namespaces into the container: it builds the root, leaves the host's
 * behind, and becomes the command. On stderr it tells `pid N`, the process as the lab sees it, then `started`, or else what went wrong.
 */
export function startScript({ root, hostname, mounts, readOnlyRoot, ...plan }: StartPlan): string {
  const lines = [
    "set -e",
    // From outside: 1 and 3 are the container's output and error pipes, 2 is the report.
    "exec 5>&3 3>&2",
    // The lab's /proc is still mounted here, so the shell reads its number as the lab counts.
    "read -r pid rest </proc/self/stat",
    'echo "pid $pid" >&3',
    `hostname ${shellQuote(hostname)}`,
    `cd ${shellQuote(root)}`,
    "mount --bind . .",
    // The folder has become a mount; enter it anew to stand on top of it.
    `cd ${shellQuote(root)}`,
    ...mounts.map(({ source, target, readOnly }) => {
      const how = readOnly ? "-o bind,ro" : "--rbind";
      return `mount ${how} ${shellQuote(source)} ${shellQuote(target)}`;
    }),
    "mount -t proc proc proc 2>/dev/null || mount --rbind /proc proc",
    ...(readOnlyRoot ? ["mount -o remount,bind,ro ."] : []),
    "pivot_root . .",
    "umount -l .",
    "exec 2>&5 5>&-",
    processScript(plan, readOnlyRoot ? "" : "mkdir -p"),
  ];
  return lines.join("\n");
}

/**
 * Writes the end of the script, which is all of it when a second process joins a container: it checks that the command is there, tells
 * `started` on file descriptor 3, and becomes the command.
 */
export function processScript({ workingDir, environment, privileges, command }: ProcessPlan, makeDir = ""): string {
  const [program = ""] = command;
  const folder = shellQuote(workingDir);
  const variables = [...environment].map(([name, value]) => shellQuote(`${name}=${value}`));
  return [
    "cd /",
    ...(makeDir ? [`[ -d ${folder} ] || ${makeDir} ${folder} 2>&3`] : []),
    `cd ${folder} 2>&3 || exit 126`,
    ...(program.includes("/") ? checkPath(program) : checkName(program, environment.get("PATH") ?? "")),
    "echo started >&3",
    "exec 3>&- 4<&-",
    ["exec setpriv", ...privileges.map(shellQuote), "env -i --", ...variables, ...command.map(shellQuote)].join(" "),
  ].join("\n");
}

/** The file descriptor at which a shell is given its script, and the path by which it opens it in any mount namespace. */
export const scriptDescriptor = { number: 4, path: "/proc/self/fd/4" };

/**
 * Opens a script for reading by a child process. It has no name by then and is on no command line, since it holds the container's
 * environment and with it its secrets. The caller closes the descriptor.
 */
export function openScript(folder: string, script: string): number {
  const file = join(folder, `script-${(scripts += 1)}`);
  writeFileSync(file, script, { mode: 0o600 });
  const fd = openSync(file, "r");
  rmSync(file);
  return fd;
}

let scripts = 0;

function checkPath(program: string): string[] {
  const quoted = shellQuote(program);
  const named = `exec: "${program}"`;
  return [
    `[ -e ${quoted} ] || { echo ${shellQuote(`${named}: stat ${program}: no such file or directory`)} >&3; exit 127; }`,
    `[ -x ${quoted} ] && [ ! -d ${quoted} ] || { echo ${shellQuote(`${named}: permission denied`)} >&3; exit 126; }`,
  ];
}

function checkName(program: string, path: string): string[] {
  const candidates = path.split(":").map((folder) => `[ -x ${shellQuote(`${folder}/${program}`)} ]`);
  const missing = shellQuote(`exec: "${program}": executable file not found in $PATH`);
  return [`${candidates.join(" || ")} || { echo ${missing} >&3; exit 127; }`];
}

import { spawn } from "node:child_process";

/** Where `ip netns` keeps the names of network namespaces. */
const netnsFolder = "/run/netns";

/**
 * Runs a program with `input` on its stdin and gives back what it printed. Rejects with an Error that holds the program's own complaint
 * when it cannot be started or ends with anything but 0.
 */
export function runTool(file: string, args: string[], input = ""): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  let complaint = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (complaint += chunk));
  child.on("error", (error) => reject(new Error(`${file} cannot be started: ${error.message}`)));
  child.on("close", (code, signal) => {
    if (code === 0) resolve(output);
    else reject(new Error(`${file} ${args.join(" ")} ended with ${signal ?? code}: ${complaint.trim()}`));
  });
  // A program that ends without reading its input says why on stderr; the broken pipe adds nothing.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return promise;
}

/** Runs a program as `runTool` does, inside a named network namespace. */
export function runInNetns(netns: string, command: string[], input = ""): Promise<string> {
  return runTool("nsenter", [`--net=${netnsFolder}/${netns}`, "--", ...command], input);
}

/** What a network namespace is given in one go. */
export interface NetnsSettings {
  /** Below /proc/sys/net, written first, in this order. */
  sysctls?: Record<string, number | "">;
  /** For `ip -batch`. */
  lines: string[];
  /** Goes on after a line that failed. */
  force?: boolean;
}

/** Configures a named network namespace, or the caller's own without a name, by one start of a program. */
export async function configureNetns(netns: string | undefined, settings: NetnsSettings): Promise<void> {
  const writes = Object.entries(settings.sysctls ?? {}).map(([name, value]) => `echo ${value} > /proc/sys/net/${name}`);
  const batch = ["ip", ...(settings.force === true ? ["-force"] : []), "-batch", "-"];
  const command =
    writes.length === 0 ? batch : ["sh", "-c", ["set -e", ...writes, `exec ${batch.join(" ")}`].join("\n")];
  const input = `${settings.lines.join("\n")}\n`;
  await (netns === undefined ? runTool(command[0] ?? "", command.slice(1), input) : runInNetns(netns, command, input));
}

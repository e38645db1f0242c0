import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Diagnostic } from "../base/diagnostic.ts";
import { runTool } from "./net/run-tool.ts";
import type { Topology } from "./topology.ts";

const programs = ["ip", "nft", "unshare", "nsenter", "setpriv"];

/** The search path with the folders of system programs behind it, which an ordinary user's path often lacks. */
export function toolPath(path: string = process.env["PATH"] ?? ""): string {
  const system = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"].filter((folder) => !path.split(delimiter).includes(folder));
  return [path, ...system].filter((part) => part !== "").join(delimiter);
}

/** Gives the options of `unshare` that open a lab's namespaces for the present user. */
export function namespaceOptions(): string[] {
  const user = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  return [...user, "--net", "--mount", "--pid", "--fork", "--kill-child"];
}

/**
 * Checks that this machine can hold a lab. Throws one Diagnostic `broken` that names every program that is missing and the command
 * that installs them all, or says why namespaces cannot be opened. `path` is where programs are searched.
 */
export async function checkRequirements(path: string = toolPath()): Promise<void> {
  if (process.platform !== "linux") {
    throw new Diagnostic(
      "broken",
      `The embedded lab needs Linux, and this is ${process.platform}.`,
      "Run on Linux, or name clusters of your own.",
    );
  }
  const missing = programs.filter((program) => !isOn(path, program));
  if (missing.length > 0) {
    const are = missing.length === 1 ? "a program that is" : "programs that are";
    throw new Diagnostic(
      "broken",
      `The embedded lab needs ${are} not on this machine: ${missing.join(", ")}.`,
      "Install them: apt-get install --yes iproute2 nftables util-linux",
    );
  }
  await checkNamespaces();
}

/** Says whether this machine's kernel has IPv6. */
export function hasIpv6(): boolean {
  return existsSync("/proc/net/if_inet6");
}

/** Throws a Diagnostic `broken` when a topology has IPv6 and this machine's kernel, as `kernelHasIpv6` tells, has not. */
export function checkFamilies({ ipv6 }: Pick<Topology, "ipv6">, kernelHasIpv6 = hasIpv6()): void {
  if (ipv6 === undefined || kernelHasIpv6) return;
  throw new Diagnostic(
    "broken",
    "The lab's topology has IPv6, and this machine's kernel has none.",
    "Name a topology of IPv4 only, such as fixtures/lab/two-regions.yaml, or boot without ipv6.disable=1.",
  );
}

async function checkNamespaces(): Promise<void> {
  const trial = "mount -t proc proc /proc && mount -t tmpfs tmpfs /run && ip link add type veth && nft list ruleset";
  try {
    await runTool("env", [`PATH=${toolPath()}`, "unshare", ...namespaceOptions(), "sh", "-c", trial]);
  } catch (error) {
    const said = (error as Error).message.split(": ").slice(1).join(": ");
    throw new Diagnostic(
      "broken",
      `This machine does not let the present user open the namespaces that the embedded lab needs: ${said}`,
      [
        "Run as root, or let ordinary users open user namespaces:",
        "sysctl -w user.max_user_namespaces=15000",
        "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 (where AppArmor restricts them)",
        "sysctl -w kernel.unprivileged_userns_clone=1 (where the kernel knows it)",
      ].join("\n"),
    );
  }
}

function isOn(path: string, program: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

import { readFileSync } from "node:fs";
import type { SecurityContext } from "../pod/pod-spec.ts";

/** A range of ids, counted as this process sees them, that it may become. */
export interface IdRange {
  from: number;
  count: number;
}

/** What a container gets where its manifest says nothing, as container runtimes have it. */
const usualCapabilities = [
  "audit_write",
  "chown",
  "dac_override",
  "fowner",
  "fsetid",
  "kill",
  "mknod",
  "net_bind_service",
  "net_raw",
  "setfcap",
  "setgid",
  "setpcap",
  "setuid",
  "sys_chroot",
];

/**
 * Turns a security context into arguments of setpriv(1): the capabilities left to the process, its user and group, and whether it may gain
 * privileges.
 *
 * runAsUser and runAsGroup are honoured only where this process may become that id. In a user namespace with one id mapped, as the lab has
 * without root, a container is always id 0 of that namespace, and what it may do is decided by its capabilities alone.
 *
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
 */
export function privilegeArguments(
  pod: SecurityContext | undefined,
  container: SecurityContext | undefined,
  ids: IdRange[] = mappedIds(),
): string[] {
  const user = container?.runAsUser ?? pod?.runAsUser;
  const group = container?.runAsGroup ?? pod?.runAsGroup ?? (user === undefined ? undefined : 0);
  const mayBecome = (id: number): boolean => ids.some(({ from, count }) => id >= from && id < from + count);
  const becomes = user !== undefined && group !== undefined && mayBecome(user) && mayBecome(group);
  const groups = (pod?.supplementalGroups ?? []).filter(mayBecome);
  return [
    "--inh-caps=-all",
    ...(container?.privileged ? [] : [`--bounding-set=${["-all", ...capabilities(container)].join(",")}`]),
    ...(container?.allowPrivilegeEscalation === false ? ["--no-new-privs"] : []),
    ...(becomes ? [`--reuid=${user}`, `--regid=${group}`] : []),
    ...(becomes ? [groups.length > 0 ? `--groups=${groups.join(",")}` : "--clear-groups"] : []),
  ];
}

/** Reads which user ids this process may become. */
export function mappedIds(file = "/proc/self/uid_map"): IdRange[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      const [from, , count] = line.trim().split(/\s+/).map(Number);
      return from === undefined || count === undefined ? [] : [{ from, count }];
    });
}

function capabilities(container: SecurityContext | undefined): string[] {
  const named = (names: string[] | undefined): string[] =>
    (names ?? []).map((name) => name.toLowerCase().replace(/^cap_/, ""));
  const added = named(container?.capabilities?.add);
  const dropped = new Set(named(container?.capabilities?.drop));
  if (added.includes("all"))
    return ["+all", ...[...dropped].filter((name) => name !== "all").map((name) => `-${name}`)];
  const kept = dropped.has("all") ? [] : usualCapabilities.filter((name) => !dropped.has(name));
  return [...new Set([...kept, ...added])].map((name) => `+${name}`);
}

import type { Fields } from "../strategies/strategy.ts";
import { allContainers, containerList, quoted, volumeList } from "./pod-security-subjects.ts";

const defaultCapabilities = new Set([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);

const safeSysctls = new Set([
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
]);

/**
 * Lists how a pod breaks the baseline level, as the API server words it.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
 */
export function baselineViolations(spec: Fields): string[] {
  return [...capabilities(spec), ...sharedViolations(spec, hostPathVolumes(spec)), ...seccomp(spec), ...sysctls(spec)];
}

/** The baseline checks that the restricted level does not replace by stricter ones of its own. */
export function sharedBaselineViolations(spec: Fields): string[] {
  return [...sharedViolations(spec, []), ...sysctls(spec)];
}

function sharedViolations(spec: Fields, volumes: string[]): string[] {
  return [...hostNamespaces(spec), ...volumes, ...hostPorts(spec), ...privileged(spec), ...procMount(spec)];
}

function capabilities(spec: Fields): string[] {
  const extra = (container: Fields): string[] =>
    (container.securityContext?.capabilities?.add ?? []).filter((name: string) => !defaultCapabilities.has(name));
  const containers = allContainers(spec).filter((container) => extra(container).length > 0);
  if (containers.length === 0) return [];
  const names = [...new Set(containers.flatMap(extra))].toSorted();
  const what = `${containerList(containers)} must not include ${quoted(names)} in securityContext.capabilities.add`;
  return [`non-default capabilities (${what})`];
}

function hostNamespaces(spec: Fields): string[] {
  const used = ["hostNetwork", "hostPID", "hostIPC"].filter((field) => spec[field]).map((field) => `${field}=true`);
  return used.length > 0 ? [`host namespaces (${used.join(", ")})`] : [];
}

function hostPathVolumes(spec: Fields): string[] {
  const volumes: Fields[] = (spec.volumes ?? []).filter(({ hostPath }: Fields) => hostPath);
  return volumes.length > 0 ? [`hostPath volumes (${volumeList(volumes)})`] : [];
}

function hostPorts(spec: Fields): string[] {
  const portsOf = (container: Fields): number[] =>
    (container.ports ?? []).map((port: Fields) => port.hostPort).filter(Boolean);
  const containers = allContainers(spec).filter((container) => portsOf(container).length > 0);
  if (containers.length === 0) return [];
  const ports = [...new Set(containers.flatMap(portsOf))].toSorted((a, b) => a - b);
  const verb = containers.length === 1 ? "uses" : "use";
  const noun = ports.length === 1 ? "hostPort" : "hostPorts";
  return [`hostPort (${containerList(containers)} ${verb} ${noun} ${ports.join(", ")})`];
}

function privileged(spec: Fields): string[] {
  const containers = allContainers(spec).filter(({ securityContext }) => securityContext?.privileged);
  if (containers.length === 0) return [];
  return [`privileged (${containerList(containers)} must not set securityContext.privileged=true)`];
}

function procMount(spec: Fields): string[] {
  const containers = allContainers(spec).filter(
    ({ securityContext }) => (securityContext?.procMount ?? "Default") !== "Default",
  );
  if (containers.length === 0) return [];
  return [`procMount (${containerList(containers)} must not set securityContext.procMount to "Unmasked")`];
}

function seccomp(spec: Fields): string[] {
  const isUnconfined = ({ securityContext }: Fields) => securityContext?.seccompProfile?.type === "Unconfined";
  const containers = allContainers(spec).filter(isUnconfined);
  const subjects = [
    ...(isUnconfined(spec) ? ["pod"] : []),
    ...(containers.length > 0 ? [containerList(containers)] : []),
  ];
  if (subjects.length === 0) return [];
  return [
    `seccompProfile (${subjects.join(" and ")} must not set securityContext.seccompProfile.type to "Unconfined")`,
  ];
}

function sysctls(spec: Fields): string[] {
  const names: string[] = (spec.securityContext?.sysctls ?? []).map(({ name }: Fields) => name);
  const unsafe = names.filter((name) => !safeSysctls.has(name));
  return unsafe.length > 0 ? [`forbidden sysctls (${unsafe.join(", ")})`] : [];
}

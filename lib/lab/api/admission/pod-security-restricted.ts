import type { Fields } from "../strategies/strategy.ts";
import { sharedBaselineViolations } from "./pod-security-baseline.ts";
import { allContainers, containerList, quoted } from "./pod-security-subjects.ts";

const allowedVolumes = new Set([
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
]);

/**
 * Lists how a pod breaks the restricted level, as the API server words it.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export function restrictedViolations(spec: Fields): string[] {
  return [
    ...sharedBaselineViolations(spec),
    ...privilegeEscalation(spec),
    ...capabilities(spec),
    ...volumeTypes(spec),
    ...nonRoot(spec),
    ...rootUser(spec),
    ...seccomp(spec),
  ];
}

function privilegeEscalation(spec: Fields): string[] {
  const containers = allContainers(spec).filter(
    ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
  );
  if (containers.length === 0) return [];
  const what = `${containerList(containers)} must set securityContext.allowPrivilegeEscalation=false`;
  return [`allowPrivilegeEscalation != false (${what})`];
}

function capabilities(spec: Fields): string[] {
  const of = (container: Fields, field: string): string[] => container.securityContext?.capabilities?.[field] ?? [];
  const extra = (container: Fields) => of(container, "add").filter((name) => name !== "NET_BIND_SERVICE");
  const keeping = allContainers(spec).filter((container) => !of(container, "drop").includes("ALL"));
  const adding = allContainers(spec).filter((container) => extra(container).length > 0);
  const parts: string[] = [];
  if (keeping.length > 0) parts.push(`${containerList(keeping)} must set securityContext.capabilities.drop=["ALL"]`);
  if (adding.length > 0) {
    const names = [...new Set(adding.flatMap(extra))].toSorted();
    parts.push(`${containerList(adding)} must not include ${quoted(names)} in securityContext.capabilities.add`);
  }
  return parts.length > 0 ? [`unrestricted capabilities (${parts.join("; ")})`] : [];
}

function volumeTypes(spec: Fields): string[] {
  const typeOf = (volume: Fields) => Object.keys(volume).find((field) => field !== "name") ?? "unknown";
  const volumes: Fields[] = (spec.volumes ?? []).filter((volume: Fields) => !allowedVolumes.has(typeOf(volume)));
  if (volumes.length === 0) return [];
  const one = volumes.length === 1;
  const types = [...new Set(volumes.map(typeOf))].toSorted();
  const subject = `${one ? "volume" : "volumes"} ${quoted(volumes.map(({ name }) => name))} ${one ? "uses" : "use"}`;
  return [
    `restricted volume types (${subject} restricted volume ${types.length === 1 ? "type" : "types"} ${quoted(types)})`,
  ];
}

function nonRoot(spec: Fields): string[] {
  const ofPod = spec.securityContext?.runAsNonRoot;
  const refusing = allContainers(spec).filter(({ securityContext }) => securityContext?.runAsNonRoot === false);
  const parts = [...(ofPod === false ? ["pod"] : []), ...(refusing.length > 0 ? [containerList(refusing)] : [])];
  if (parts.length > 0)
    return [`runAsNonRoot != true (${parts.join(" and ")} must not set securityContext.runAsNonRoot=false)`];
  if (ofPod === true) return [];
  const silent = allContainers(spec).filter(({ securityContext }) => securityContext?.runAsNonRoot === undefined);
  if (silent.length === 0) return [];
  return [`runAsNonRoot != true (pod or ${containerList(silent)} must set securityContext.runAsNonRoot=true)`];
}

function rootUser(spec: Fields): string[] {
  const isRoot = ({ securityContext }: Fields) => securityContext?.runAsUser === 0;
  const containers = allContainers(spec).filter(isRoot);
  const subjects = [...(isRoot(spec) ? ["pod"] : []), ...(containers.length > 0 ? [containerList(containers)] : [])];
  return subjects.length > 0 ? [`runAsUser=0 (${subjects.join(" and ")} must not set runAsUser=0)`] : [];
}

function seccomp(spec: Fields): string[] {
  const typeOf = ({ securityContext }: Fields): string | undefined => securityContext?.seccompProfile?.type;
  const isAllowed = (type: string | undefined) => type === "RuntimeDefault" || type === "Localhost";
  const choices = 'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"';
  const wrong = allContainers(spec).filter((item) => typeOf(item) !== undefined && !isAllowed(typeOf(item)));
  const podIsWrong = typeOf(spec) !== undefined && !isAllowed(typeOf(spec));
  const subjects = [...(podIsWrong ? ["pod"] : []), ...(wrong.length > 0 ? [containerList(wrong)] : [])];
  if (subjects.length > 0)
    return [
      `seccompProfile (${subjects.join(" and ")} must not set securityContext.seccompProfile.type to "Unconfined")`,
    ];
  if (isAllowed(typeOf(spec))) return [];
  const silent = allContainers(spec).filter((container) => typeOf(container) === undefined);
  return silent.length > 0 ? [`seccompProfile (pod or ${containerList(silent)} must set ${choices})`] : [];
}

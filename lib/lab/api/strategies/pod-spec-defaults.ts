import type { Fields } from "./strategy.ts";

/**
 * Fills in a pod's spec, or a pod template's, as the API server does before anything else looks at it.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec
 */
export function defaultPodSpec(spec: Fields): void {
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    defaultContainer(container, spec.hostNetwork === true);
  }
  spec.restartPolicy ??= "Always";
  spec.terminationGracePeriodSeconds ??= 30;
  spec.dnsPolicy ??= "ClusterFirst";
  if (spec.serviceAccountName) spec.serviceAccount ??= spec.serviceAccountName;
  else if (spec.serviceAccount) spec.serviceAccountName = spec.serviceAccount;
  spec.securityContext ??= {};
  spec.schedulerName ??= "default-scheduler";
}

function defaultVolume(volume: Fields): void {
  for (const kind of ["configMap", "secret", "downwardAPI", "projected"]) {
    if (volume[kind]) volume[kind].defaultMode ??= 0o644;
  }
  for (const item of volume.downwardAPI?.items ?? []) if (item.fieldRef) item.fieldRef.apiVersion ??= "v1";
  for (const source of volume.projected?.sources ?? []) {
    for (const item of source.downwardAPI?.items ?? []) if (item.fieldRef) item.fieldRef.apiVersion ??= "v1";
    if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= 3600;
  }
  if (volume.hostPath) volume.hostPath.type ??= "";
  if (Object.keys(volume).length === 1) volume.emptyDir = {};
}

function defaultContainer(container: Fields, hostNetwork: boolean): void {
  for (const port of container.ports ?? []) {
    port.protocol ??= "TCP";
    if (hostNetwork) port.hostPort ??= port.containerPort;
  }
  for (const variable of container.env ?? []) {
    if (variable.valueFrom?.fieldRef) variable.valueFrom.fieldRef.apiVersion ??= "v1";
  }
  container.resources ??= {};
  const { limits, requests } = container.resources;
  if (limits) container.resources.requests = { ...limits, ...requests };
  for (const probe of ["livenessProbe", "readinessProbe", "startupProbe"]) {
    if (container[probe]) defaultProbe(container[probe]);
  }
  for (const hook of ["postStart", "preStop"]) {
    const action = container.lifecycle?.[hook]?.httpGet;
    if (action) defaultHttpGet(action);
  }
  container.terminationMessagePath ??= "/dev/termination-log";
  container.terminationMessagePolicy ??= "File";
  container.imagePullPolicy ??= isLatest(container.image ?? "") ? "Always" : "IfNotPresent";
}

function defaultProbe(probe: Fields): void {
  if (probe.httpGet) defaultHttpGet(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= "";
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
}

function defaultHttpGet(action: Fields): void {
  action.path ??= "/";
  action.scheme ??= "HTTP";
}

function isLatest(image: string): boolean {
  if (image.includes("@")) return false;
  const [, tag = "latest"] = image.slice(image.lastIndexOf("/") + 1).split(":");
  return tag === "latest";
}

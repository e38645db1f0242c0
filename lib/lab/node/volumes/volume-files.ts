import type { KubeObject, Store } from "../../model.ts";
import { fieldValue, type PodAddresses } from "../environment/field-ref.ts";
import { resourceValue } from "../environment/resource-field.ts";
import { type DownwardItem, type KeyToPath, podSpec, type ProjectedSource, type Volume } from "../pod/pod-spec.ts";

export interface VolumeFile {
  /** Relative to the volume, below it. */
  path: string;
  content: Buffer;
  mode: number;
}

/** A volume cannot be set up yet; the message is the end of the FailedMount event's. */
export class VolumeError extends Error {
  override name = "VolumeError";
}

/** Where the content of volumes comes from. */
export interface VolumeSource {
  pod: KubeObject;
  addresses: PodAddresses;
  store: Pick<Store, "get">;
  /** The same token each time, so that the volume does not change without need. */
  token(serviceAccount: string): string;
}

/**
 * Gives the files that a volume shows now, or undefined for an empty directory that belongs to the pod. A ConfigMap, Secret or key that is
 * missing and not optional, and a kind of volume that the lab does not have, throw VolumeError.
 *
 * @see https://kubernetes.io/docs/concepts/storage/volumes/
 */
export function volumeFiles(volume: Volume, source: VolumeSource): VolumeFile[] | undefined {
  const { configMap, secret, projected, downwardAPI, emptyDir } = volume;
  if (emptyDir) return undefined;
  const files = configMap
    ? mapFiles({ configMap }, configMap.defaultMode, source)
    : secret
      ? mapFiles({ secret: { ...secret, name: secret.secretName } }, secret.defaultMode, source)
      : downwardAPI
        ? downwardFiles(downwardAPI.items ?? [], downwardAPI.defaultMode, source)
        : projected?.sources?.flatMap((part) => projectedFiles(part, projected.defaultMode, source));
  if (!files) throw new VolumeError(`volume kinds other than ${known.join(", ")} are not in the lab`);
  return files;
}

const known = ["configMap", "secret", "projected", "downwardAPI", "emptyDir"];
const usualMode = 0o644;

function projectedFiles(part: ProjectedSource, defaultMode: number | undefined, source: VolumeSource): VolumeFile[] {
  if (part.downwardAPI) return downwardFiles(part.downwardAPI.items ?? [], defaultMode, source);
  if (!part.serviceAccountToken) return mapFiles(part, defaultMode, source);
  const token = source.token(podSpec(source.pod).serviceAccountName ?? "default");
  return [{ path: part.serviceAccountToken.path, content: Buffer.from(token), mode: defaultMode ?? usualMode }];
}

function mapFiles(
  { configMap, secret }: Pick<ProjectedSource, "configMap" | "secret">,
  defaultMode: number | undefined,
  { pod, store }: VolumeSource,
): VolumeFile[] {
  const kind = configMap ? "configmap" : "secret";
  const wanted = configMap ?? secret;
  if (!wanted) return [];
  const object = store.get(`${kind}s`, wanted.name, pod.metadata.namespace);
  if (!object && !wanted.optional) throw new VolumeError(`${kind} "${wanted.name}" not found`);
  const data = new Map(object ? contents(kind, object) : []);
  const items: KeyToPath[] = wanted.items ?? [...data.keys()].map((key) => ({ key, path: key }));
  return items.flatMap(({ key, path, mode }) => {
    const content = data.get(key);
    if (content) return [{ path, content, mode: mode ?? defaultMode ?? usualMode }];
    if (wanted.optional) return [];
    throw new VolumeError(
      kind === "configmap"
        ? `configmap references non-existent config key: ${key}`
        : `references non-existent secret key: ${key}`,
    );
  });
}

function contents(kind: "configmap" | "secret", object: KubeObject): [string, Buffer][] {
  const entries = (data: unknown, encoding: "utf8" | "base64"): [string, Buffer][] =>
    Object.entries((data ?? {}) as Record<string, string>).map(([key, value]) => [key, Buffer.from(value, encoding)]);
  if (kind === "secret") return entries(object.data, "base64");
  return [...entries(object.data, "utf8"), ...entries(object.binaryData, "base64")];
}

function downwardFiles(items: DownwardItem[], defaultMode: number | undefined, source: VolumeSource): VolumeFile[] {
  const { pod, addresses, store } = source;
  const spec = podSpec(pod);
  return items.map(({ path, mode, fieldRef, resourceFieldRef }) => {
    const capacity = store.get("nodes", spec.nodeName ?? "")?.status?.allocatable ?? {};
    const value = fieldRef
      ? fieldValue(pod, fieldRef.fieldPath, addresses)
      : resourceFieldRef && resourceValue(spec.containers, resourceFieldRef, "", capacity);
    if (value === undefined) throw new VolumeError(`unsupported fieldPath: ${fieldRef?.fieldPath ?? ""}`);
    return { path, content: Buffer.from(value), mode: mode ?? defaultMode ?? usualMode };
  });
}

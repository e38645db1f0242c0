import type { KubeObject, Store } from "../../model.ts";
import { type Container, type EnvVar, type KeyRef, podSpec } from "../pod/pod-spec.ts";
import { expand } from "./expand.ts";
import { fieldValue, type PodAddresses } from "./field-ref.ts";
import { resourceValue } from "./resource-field.ts";
import { serviceVariables } from "./service-variables.ts";

/** The container cannot be configured yet; the message is what `state.waiting` shows with CreateContainerConfigError. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/** What a container's environment is made of. */
export interface EnvironmentSource {
  pod: KubeObject;
  container: Container;
  addresses: PodAddresses;
  /** Variables of the image. */
  image: Record<string, string>;
  hostname: string;
  store: Pick<Store, "get" | "list">;
}

/**
 * Builds the environment of a container at the moment it starts; it does not change afterwards. Later ones win: image, Services,
 * envFrom, env. A ConfigMap, Secret or key that is missing and not optional throws ConfigError.
 *
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/
 */
export function containerEnvironment(source: EnvironmentSource): Map<string, string> {
  const services = serviceVariables(visibleServices(source));
  const own = new Map<string, string>(bulkVariables(source));
  for (const variable of source.container.env ?? []) {
    const value = variable.value
      ? expand(variable.value, new Map([...services, ...own]))
      : referredValue(variable, source);
    if (value !== undefined) own.set(variable.name, value);
  }
  const image = { HOME: "/root", HOSTNAME: source.hostname, ...source.image };
  return new Map([...Object.entries(image), ...services, ...own]);
}

/**
 * Gives the command line of a container with its variables filled in. Without `command` the image decides what its arguments, or their
 * absence, mean. Empty when neither names a command.
 */
export function containerCommand(
  { command = [], args = [] }: Container,
  image: { commandFor(args: string[]): string[] },
  environment: ReadonlyMap<string, string>,
): string[] {
  const expanded = args.map((word) => expand(word, environment));
  if (command.length === 0) return image.commandFor(expanded);
  return [...command.map((word) => expand(word, environment)), ...expanded];
}

/** The API server's own Service always; those of the pod's namespace unless it does without. */
function visibleServices({ pod, store }: EnvironmentSource): KubeObject[] {
  const api = store.get("services", "kubernetes", "default");
  const near =
    podSpec(pod).enableServiceLinks === false || pod.metadata.namespace === undefined
      ? []
      : store.list("services", { namespace: pod.metadata.namespace });
  return [...near, ...(api ? [api] : [])];
}

function bulkVariables(source: EnvironmentSource): [string, string][] {
  return (source.container.envFrom ?? []).flatMap(({ prefix = "", configMapRef, secretRef }): [string, string][] => {
    const data = configMapRef
      ? configMapData(source, configMapRef.name, configMapRef.optional)
      : secretRef
        ? secretData(source, secretRef.name, secretRef.optional)
        : undefined;
    return Object.entries(data ?? {}).map(([key, value]) => [`${prefix}${key}`, value]);
  });
}

function referredValue(variable: EnvVar, source: EnvironmentSource): string | undefined {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = variable.valueFrom ?? {};
  if (fieldRef) {
    const value = fieldValue(source.pod, fieldRef.fieldPath, source.addresses);
    if (value === undefined) throw new ConfigError(`unsupported fieldPath: ${fieldRef.fieldPath}`);
    return value;
  }
  if (resourceFieldRef) {
    const capacity = source.store.get("nodes", podSpec(source.pod).nodeName ?? "")?.status?.allocatable ?? {};
    return resourceValue(podSpec(source.pod).containers, resourceFieldRef, source.container.name, capacity);
  }
  if (configMapKeyRef) {
    return pick(
      "ConfigMap",
      configMapKeyRef,
      source,
      configMapData(source, configMapKeyRef.name, configMapKeyRef.optional),
    );
  }
  if (secretKeyRef) {
    return pick("Secret", secretKeyRef, source, secretData(source, secretKeyRef.name, secretKeyRef.optional));
  }
  return variable.value ?? "";
}

function pick(
  kind: string,
  ref: KeyRef,
  { pod }: EnvironmentSource,
  data: Record<string, string> | undefined,
): string | undefined {
  const value = data?.[ref.key];
  if (value === undefined && !ref.optional) {
    throw new ConfigError(`couldn't find key ${ref.key} in ${kind} ${pod.metadata.namespace}/${ref.name}`);
  }
  return value;
}

function configMapData(
  source: EnvironmentSource,
  name: string,
  optional?: boolean,
): Record<string, string> | undefined {
  return dataOf(source, "configmap", name, optional)?.data ?? {};
}

function secretData(source: EnvironmentSource, name: string, optional?: boolean): Record<string, string> | undefined {
  const data: Record<string, string> = dataOf(source, "secret", name, optional)?.data ?? {};
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
}

function dataOf(
  { pod, store }: EnvironmentSource,
  kind: "configmap" | "secret",
  name: string,
  optional: boolean | undefined,
): KubeObject | undefined {
  const object = store.get(`${kind}s`, name, pod.metadata.namespace);
  if (!object && !optional) throw new ConfigError(`${kind} "${name}" not found`);
  return object;
}

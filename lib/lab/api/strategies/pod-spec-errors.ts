import { duplicateValue, invalidValue, requiredValue, unsupportedValue } from "../status-errors.ts";
import type { FieldError } from "../status-errors.ts";
import { labelErrors } from "./names.ts";
import { portErrors, portOrNameErrors, protocolErrors } from "./ports.ts";
import type { Fields } from "./strategy.ts";

/** Checks a pod's spec, or a pod template's, at `field` (`spec`, `spec.template.spec`). */
export function podSpecErrors(spec: Fields, field: string): FieldError[] {
  const volumes: Fields[] = spec.volumes ?? [];
  const containers: Fields[] = spec.containers ?? [];
  const restartPolicies = ["Always", "Never", "OnFailure"];
  const dnsPolicies = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"];
  return [
    ...named(volumes, `${field}.volumes`),
    ...(containers.length === 0 ? [requiredValue(`${field}.containers`)] : []),
    ...containerErrors(containers, `${field}.containers`, spec),
    ...containerErrors(spec.initContainers ?? [], `${field}.initContainers`, spec),
    ...oneOf(`${field}.restartPolicy`, spec.restartPolicy, restartPolicies),
    ...oneOf(`${field}.dnsPolicy`, spec.dnsPolicy, dnsPolicies),
    ...(spec.dnsPolicy === "None" && !spec.dnsConfig?.nameservers?.length
      ? [
          requiredValue(
            `${field}.dnsConfig.nameservers`,
            "must provide at least one DNS nameserver when `dnsPolicy` is None",
          ),
        ]
      : []),
  ];
}

function containerErrors(containers: Fields[], field: string, { volumes = [], hostNetwork }: Fields): FieldError[] {
  return [
    ...named(containers, field),
    ...containers.flatMap((container, index) => {
      const at = `${field}[${index}]`;
      return [
        ...(container.image ? [] : [requiredValue(`${at}.image`)]),
        ...containerPortErrors(container.ports ?? [], `${at}.ports`, hostNetwork === true),
        ...mountErrors(container.volumeMounts ?? [], `${at}.volumeMounts`, volumes),
        ...["livenessProbe", "readinessProbe", "startupProbe"].flatMap((probe) =>
          container[probe] ? probeErrors(container[probe], `${at}.${probe}`) : [],
        ),
      ];
    }),
  ];
}

/** Names are labels and unique. */
function named(items: Fields[], field: string): FieldError[] {
  return items.flatMap(({ name }, index) => {
    const at = `${field}[${index}].name`;
    if (!name) return [requiredValue(at)];
    if (items.findIndex((item) => item.name === name) < index) return [duplicateValue(at, name)];
    return labelErrors(name).map((why) => invalidValue(at, name, why));
  });
}

function containerPortErrors(ports: Fields[], field: string, hostNetwork: boolean): FieldError[] {
  return ports.flatMap(({ containerPort, hostPort, protocol }, index) => {
    const at = `${field}[${index}]`;
    const why = "must match `hostPort` when `hostNetwork` is true";
    return [
      ...(containerPort === undefined
        ? [requiredValue(`${at}.containerPort`)]
        : portErrors(`${at}.containerPort`, containerPort)),
      ...(hostPort ? portErrors(`${at}.hostPort`, hostPort) : []),
      ...(hostNetwork && hostPort !== containerPort ? [invalidValue(`${at}.containerPort`, containerPort, why)] : []),
      ...protocolErrors(`${at}.protocol`, protocol),
    ];
  });
}

function mountErrors(mounts: Fields[], field: string, volumes: Fields[]): FieldError[] {
  return mounts.flatMap(({ name, mountPath }, index) => [
    ...(volumes.some((volume) => volume.name === name)
      ? []
      : [{ reason: "FieldValueNotFound" as const, message: `Not found: "${name}"`, field: `${field}[${index}].name` }]),
    ...(mountPath ? [] : [requiredValue(`${field}[${index}].mountPath`)]),
  ]);
}

function probeErrors(probe: Fields, field: string): FieldError[] {
  const handlers = ["exec", "httpGet", "tcpSocket", "grpc"].filter((kind) => probe[kind]);
  if (handlers.length === 0) return [requiredValue(field, "must specify a handler type")];
  return ["httpGet", "tcpSocket"].flatMap((kind) =>
    probe[kind] ? portOrNameErrors(`${field}.${kind}.port`, probe[kind].port) : [],
  );
}

function oneOf(field: string, value: unknown, supported: string[]): FieldError[] {
  return supported.includes(String(value)) ? [] : [unsupportedValue(field, value, supported)];
}

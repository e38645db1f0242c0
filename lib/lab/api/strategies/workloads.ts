import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../model.ts";
import { objectSelector } from "../select/label-selector.ts";
import { forbiddenValue, invalidValue, requiredValue, unsupportedValue } from "../status-errors.ts";
import type { FieldError } from "../status-errors.ts";
import { defaultPodSpec } from "./pod-spec-defaults.ts";
import { podSpecErrors } from "./pod-spec-errors.ts";
import type { Fields, Strategy } from "./strategy.ts";

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/ */
export const deploymentStrategy: Strategy = {
  initialStatus: () => ({}),
  defaults(draft) {
    const spec = defaultTemplate(draft);
    spec.replicas ??= 1;
    spec.strategy = { ...spec.strategy };
    spec.strategy.type ??= "RollingUpdate";
    if (spec.strategy.type === "RollingUpdate") {
      spec.strategy.rollingUpdate = { maxUnavailable: "25%", maxSurge: "25%", ...spec.strategy.rollingUpdate };
    }
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
  },
  validate: ({ spec }) => [...templateErrors(spec), ...countErrors(spec)],
  validateUpdate: selectorIsFixed,
};

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/replica-set-v1/ */
export const replicaSetStrategy: Strategy = {
  initialStatus: () => ({ replicas: 0 }),
  defaults(draft) {
    defaultTemplate(draft).replicas ??= 1;
  },
  validate: ({ spec }) => [...templateErrors(spec), ...countErrors(spec)],
  validateUpdate: selectorIsFixed,
};

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/daemon-set-v1/ */
export const daemonSetStrategy: Strategy = {
  initialStatus: () => ({
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  }),
  defaults(draft) {
    const spec = defaultTemplate(draft);
    spec.updateStrategy = { ...spec.updateStrategy };
    spec.updateStrategy.type ??= "RollingUpdate";
    if (spec.updateStrategy.type === "RollingUpdate") {
      spec.updateStrategy.rollingUpdate = { maxUnavailable: 1, maxSurge: 0, ...spec.updateStrategy.rollingUpdate };
    }
    spec.revisionHistoryLimit ??= 10;
  },
  validate: ({ spec }) => templateErrors(spec),
  validateUpdate: selectorIsFixed,
};

/** @see https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/stateful-set-v1/ */
export const statefulSetStrategy: Strategy = {
  initialStatus: () => ({ replicas: 0, availableReplicas: 0 }),
  defaults(draft) {
    const spec = defaultTemplate(draft);
    spec.replicas ??= 1;
    spec.podManagementPolicy ??= "OrderedReady";
    spec.updateStrategy = { ...spec.updateStrategy };
    spec.updateStrategy.type ??= "RollingUpdate";
    if (spec.updateStrategy.type === "RollingUpdate") {
      spec.updateStrategy.rollingUpdate = { partition: 0, ...spec.updateStrategy.rollingUpdate };
    }
    spec.revisionHistoryLimit ??= 10;
    spec.persistentVolumeClaimRetentionPolicy ??= { whenDeleted: "Retain", whenScaled: "Retain" };
  },
  validate: ({ spec }) => [...templateErrors(spec), ...countErrors(spec)],
  validateUpdate(draft, old) {
    const changeable = [
      "replicas",
      "ordinals",
      "template",
      "updateStrategy",
      "revisionHistoryLimit",
      "persistentVolumeClaimRetentionPolicy",
      "minReadySeconds",
    ];
    const fixed = (spec: Fields) =>
      Object.fromEntries(Object.entries(spec).filter(([key]) => !changeable.includes(key)));
    if (isDeepStrictEqual(fixed(draft["spec"]), fixed(old["spec"]))) return [];
    const list = changeable.map((field) => `'${field}'`);
    const why = `updates to statefulset spec for fields other than ${list.slice(0, -1).join(", ")} and ${list.at(-1)} are forbidden`;
    return [forbiddenValue("spec", why)];
  },
};

function defaultTemplate(draft: KubeObject): Fields {
  const spec = (draft["spec"] ??= {});
  if (spec.template?.spec) defaultPodSpec(spec.template.spec);
  if (spec.template?.metadata?.creationTimestamp === null) delete spec.template.metadata.creationTimestamp;
  return spec;
}

function countErrors({ replicas }: Fields): FieldError[] {
  if (Number.isInteger(replicas) && replicas >= 0) return [];
  return [invalidValue("spec.replicas", replicas, "must be greater than or equal to 0")];
}

function templateErrors({ selector, template }: Fields): FieldError[] {
  const errors: FieldError[] = selector ? [] : [requiredValue("spec.selector")];
  const labels = template?.metadata?.labels ?? {};
  const isEmpty = selector && !Object.keys(selector.matchLabels ?? {}).length && !selector.matchExpressions?.length;
  if (isEmpty) errors.push(invalidValue("spec.selector", selector, "empty selector is invalid for deployment"));
  else if (selector && !objectSelector(selector)(labels)) {
    errors.push(invalidValue("spec.template.metadata.labels", labels, "`selector` does not match template `labels`"));
  }
  if (!template?.spec) return [...errors, requiredValue("spec.template.spec.containers")];
  errors.push(...podSpecErrors(template.spec, "spec.template.spec"));
  const { restartPolicy } = template.spec;
  if (restartPolicy !== "Always") {
    errors.push(unsupportedValue("spec.template.spec.restartPolicy", restartPolicy, ["Always"]));
  }
  return errors;
}

function selectorIsFixed(draft: KubeObject, old: KubeObject): FieldError[] {
  if (isDeepStrictEqual(draft["spec"].selector, old["spec"].selector)) return [];
  return [invalidValue("spec.selector", draft["spec"].selector, "field is immutable")];
}

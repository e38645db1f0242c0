import { isDeepStrictEqual } from "node:util";
import { forbiddenValue } from "../status-errors.ts";
import { defaultPodSpec } from "./pod-spec-defaults.ts";
import { podSpecErrors } from "./pod-spec-errors.ts";
import { qualityOfService } from "./quality-of-service.ts";
import type { Fields, Strategy } from "./strategy.ts";

/**
 * Pods: defaults, and a spec that hardly changes after creation.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/#pod-update-and-replacement
 */
export const podStrategy: Strategy = {
  initialStatus: (draft) => ({ phase: "Pending", qosClass: qualityOfService(draft["spec"] ?? {}) }),
  defaults(draft) {
    const spec = (draft["spec"] ??= {});
    defaultPodSpec(spec);
    spec.enableServiceLinks ??= true;
  },
  validate: ({ spec }) => podSpecErrors(spec, "spec"),
  validateUpdate(draft, old, { internal }) {
    const allowed = { ...draft["spec"] };
    if (internal && !old["spec"].nodeName) allowed.nodeName = old["spec"].nodeName;
    if (isDeepStrictEqual(unchangeable(allowed, old["spec"]), unchangeable(old["spec"], old["spec"]))) return [];
    return [forbiddenValue("spec", updateRule + difference(old["spec"], draft["spec"]))];
  },
  prepareStatus(draft, old) {
    draft["status"] = { qosClass: old["status"]?.qosClass, ...draft["status"] };
  },
};

const updateRule =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`," +
  "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations)," +
  "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n";

/** The part of a spec that an update must leave as it is. */
function unchangeable(spec: Fields, old: Fields): Fields {
  const withoutImages = (containers: Fields[] | undefined, before: Fields[] | undefined) =>
    containers?.map((container, index) => ({ ...container, image: before?.[index]?.image }));
  const added = (spec.tolerations ?? []).filter(
    (toleration: Fields) => !(old.tolerations ?? []).some((item: Fields) => isDeepStrictEqual(item, toleration)),
  );
  const { activeDeadlineSeconds: _seconds, nodeName, ...rest } = spec;
  return {
    ...rest,
    ...(nodeName !== undefined && { nodeName }),
    containers: withoutImages(spec.containers, old.containers),
    initContainers: withoutImages(spec.initContainers, old.initContainers),
    tolerations: (spec.tolerations ?? []).filter((toleration: Fields) => !added.includes(toleration)),
  };
}

/** The lines that differ, as the API server shows them; it prints its own field names, so do we. */
function difference(old: Fields, spec: Fields): string {
  const fields = [...new Set([...Object.keys(old), ...Object.keys(spec)])];
  const changed = fields.filter((field) => !isDeepStrictEqual(old[field], spec[field]));
  const line = (sign: string, field: string, value: unknown) =>
    `${sign} "${field[0]!.toUpperCase()}${field.slice(1)}": ${JSON.stringify(value ?? null)},\n`;
  return changed.map((field) => line("-", field, old[field]) + line("+", field, spec[field])).join("");
}

import { invalidValue } from "../status-errors.ts";
import type { Strategy } from "./strategy.ts";

/**
 * CustomResourceDefinitions: names filled in, and established as soon as they are stored.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/custom-resource-definition-v1/
 */
export const definitionStrategy: Strategy = {
  defaults(draft) {
    const spec = (draft["spec"] ??= {});
    const names = (spec.names ??= {});
    names.singular ??= names.kind?.toLowerCase();
    names.listKind ??= `${names.kind}List`;
    spec.conversion ??= { strategy: "None" };
  },
  prepareCreate(draft, { nowText }) {
    const { names, versions } = draft["spec"];
    const condition = (type: string, reason: string, message: string) => ({
      type,
      status: "True",
      lastTransitionTime: nowText(),
      reason,
      message,
    });
    draft["status"] = {
      conditions: [
        condition("NamesAccepted", "NoConflicts", "no conflicts found"),
        condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
      ],
      acceptedNames: names,
      storedVersions: (versions ?? []).filter(({ storage }: { storage: boolean }) => storage).map(versionName),
    };
  },
  validate({ metadata, spec }) {
    const expected = `${spec.names?.plural}.${spec.group}`;
    if (metadata.name === expected) return [];
    return [invalidValue("metadata.name", metadata.name, 'must be spec.names.plural+"."+spec.group')];
  },
};

function versionName({ name }: { name: string }): string {
  return name;
}

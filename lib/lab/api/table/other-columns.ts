import type { KubeObject } from "../../model.ts";
import { age } from "./age.ts";
import { nameColumn, number, text, wide } from "./column.ts";
import type { Column } from "./column.ts";

type Fields = KubeObject[string];

const ageColumn = text("Age", ({ metadata }) => age(metadata.creationTimestamp));
const created = text("Created At", ({ metadata }) => metadata.creationTimestamp);
const count = (value: object | undefined) => Object.keys(value ?? {}).length;

const bindingColumns = [
  nameColumn,
  text("Role", ({ roleRef }) => `${roleRef?.kind}/${roleRef?.name}`),
  ageColumn,
  wide(text("Users", (binding) => subjects(binding, "User"))),
  wide(text("Groups", (binding) => subjects(binding, "Group"))),
  wide(text("ServiceAccounts", (binding) => subjects(binding, "ServiceAccount"))),
];

/** What `kubectl get` shows of everything else, by resource. */
export const otherColumns: Record<string, Column[]> = {
  namespaces: [nameColumn, text("Status", ({ status }) => status?.phase), ageColumn],
  configmaps: [nameColumn, number("Data", ({ data, binaryData }) => count(data) + count(binaryData)), ageColumn],
  secrets: [nameColumn, text("Type", ({ type }) => type), number("Data", ({ data }) => count(data)), ageColumn],
  serviceaccounts: [nameColumn, number("Secrets", ({ secrets }) => secrets?.length ?? 0), ageColumn],
  events: [
    text("Last Seen", lastSeen),
    text("Type", ({ type }) => type),
    text("Reason", ({ reason }) => reason),
    text("Object", (event) => objectText(event["involvedObject"] ?? event["regarding"] ?? {})),
    wide(text("Subobject", (event) => (event["involvedObject"] ?? event["regarding"])?.fieldPath ?? "")),
    wide(text("Source", ({ source, reportingComponent }) => source?.component || reportingComponent || "")),
    text("Message", (event) => (event["message"] ?? event["note"] ?? "").trim()),
    wide(text("First Seen", (event) => age(event["firstTimestamp"] ?? event["eventTime"]))),
    wide(text("Count", ({ count: times, series }) => `${series?.count ?? times ?? 1}`)),
    wide(nameColumn),
  ],
  resourcequotas: [
    nameColumn,
    text("Request", (quota) => quotaText(quota, (name) => !name.startsWith("limits."))),
    text("Limit", (quota) => quotaText(quota, (name) => name.startsWith("limits."))),
    ageColumn,
  ],
  limitranges: [nameColumn, created],
  "leases.coordination.k8s.io": [nameColumn, text("Holder", ({ spec }) => spec?.holderIdentity ?? ""), ageColumn],
  "roles.rbac.authorization.k8s.io": [nameColumn, created],
  "clusterroles.rbac.authorization.k8s.io": [nameColumn, created],
  "rolebindings.rbac.authorization.k8s.io": bindingColumns,
  "clusterrolebindings.rbac.authorization.k8s.io": bindingColumns,
  "storageclasses.storage.k8s.io": [
    nameColumn,
    text("Provisioner", ({ provisioner }) => provisioner),
    text("ReclaimPolicy", ({ reclaimPolicy }) => reclaimPolicy),
    text("VolumeBindingMode", ({ volumeBindingMode }) => volumeBindingMode),
    text("AllowVolumeExpansion", ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false),
    ageColumn,
  ],
  "customresourcedefinitions.apiextensions.k8s.io": [nameColumn, created],
};

function lastSeen(event: KubeObject): string {
  const last = event["series"]?.lastObservedTime ?? event["lastTimestamp"] ?? event["deprecatedLastTimestamp"];
  return age(last ?? event["eventTime"] ?? event["firstTimestamp"]);
}

function objectText({ kind = "", name = "" }: Fields): string {
  return `${kind.toLowerCase()}/${name}`;
}

function subjects({ subjects: all = [] }: Fields, wanted: string): string {
  return all
    .filter(({ kind }: Fields) => kind === wanted)
    .map(({ namespace, name }: Fields) => (namespace ? `${namespace}/${name}` : name))
    .join(", ");
}

function quotaText({ status, spec }: Fields, wanted: (name: string) => boolean): string {
  return Object.keys(spec?.hard ?? {})
    .filter(wanted)
    .toSorted()
    .map((name) => `${name}: ${status?.used?.[name] ?? 0}/${spec.hard[name]}`)
    .join(", ");
}

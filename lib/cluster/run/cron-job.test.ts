import * as client from "@kubernetes/client-node";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import recorded from "../../../fixtures/recorded/api-requests.json" with { type: "json" };
import { fieldOf, isRecord, listOf, textOf } from "../../base/open-record.ts";
import { loadKubeconfig } from "../kubeconfig/kubeconfig.ts";
import { makeKubeconfigDirectory } from "../kubeconfig/test-kubeconfig.ts";
import { readManifest } from "./manifest.ts";
import { permissions } from "./test-permissions.ts";

const fixtures = join(import.meta.dirname, "../../../fixtures");
const objects = readManifest(join(fixtures, "ci/cronjob.yaml"));

test("every object has the fields that Kubernetes knows, and no others", () => {
  expect(objects.map(({ kind }) => kind)).toEqual([
    "Namespace",
    "ServiceAccount",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "ConfigMap",
    "PersistentVolumeClaim",
    "CronJob",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
  ]);
  expect(objects.flatMap((object) => unknownFields(object, `V1${object.kind}`, object.kind))).toEqual([]);
});

test("a field that is misspelt, or is of another type, is found", () => {
  const [job = {}] = objects.filter(({ kind }) => kind === "CronJob");
  const spoilt = JSON.parse(
    JSON.stringify(job).replace('"backoffLimit":0', '"backOffLimit":0,"parallelism":"1"'),
  ) as object;
  expect(unknownFields(spoilt, "V1CronJob", "CronJob")).toEqual([
    "CronJob.spec.jobTemplate.spec.backOffLimit",
    "CronJob.spec.jobTemplate.spec.parallelism is no number",
  ]);
});

test("the roles grant what the table says, and nothing else", () => {
  const granted = objects.flatMap(({ kind, metadata, rules }) =>
    kind === "ClusterRole" || kind === "Role" ? rulesOf(rules, metadata.namespace) : [],
  );
  const wanted = permissions.flatMap(({ group, resource, verbs, namespace, names }) =>
    verbs.flatMap((verb) => (names ?? [undefined]).map((name) => right(group, resource, verb, namespace, name))),
  );
  expect(granted.toSorted()).toEqual(wanted.toSorted());
  expect(new Set(granted).size).toBe(granted.length);
});

test("every request of the recorded run is granted", () => {
  const isGranted = (request: (typeof recorded.requests)[number]) =>
    permissions.some(
      ({ group, resource, verbs, namespace, names }) =>
        group === request.group &&
        resource === request.resource &&
        verbs.includes(request.verb) &&
        (namespace === undefined || namespace === request.namespace) &&
        (names === undefined || names.includes(request.name ?? "")),
    );
  expect(recorded.requests.length).toBeGreaterThan(50);
  expect(recorded.requests.filter((request) => !isGranted(request))).toEqual([]);
});

test("nothing is granted that the recorded run did not ask for, but for what the table gives a reason for", () => {
  for (const { group, resource, verbs, namespace, names, unseen } of permissions) {
    const seen = recorded.requests.filter(
      (request) =>
        request.group === group &&
        request.resource === resource &&
        (names === undefined || request.namespace === namespace),
    );
    const unasked = verbs.filter((verb) => !seen.some((request) => request.verb === verb));
    expect({ group, resource, unasked }).toEqual({
      group,
      resource,
      unasked: (unseen?.verbs ?? [])
        .filter((verb) => verbs.includes(verb))
        .toSorted((one, other) => verbs.indexOf(one) - verbs.indexOf(other)),
    });
  }
});

test("what the manifests of scenarios hold may be created, and nothing else", () => {
  const folder = join(fixtures, "manifests");
  const kinds = readdirSync(folder).flatMap((file) =>
    readManifest(join(folder, file)).map(
      ({ apiVersion, kind }) => `${apiVersion.includes("/") ? apiVersion.split("/")[0] : ""} ${plural(kind)}`,
    ),
  );
  const creatable = permissions.filter(({ verbs, resource }) => verbs.includes("create") && !resource.includes("/"));
  expect(creatable.map(({ group, resource }) => `${group} ${resource}`).toSorted()).toEqual(
    [...new Set([...kinds, " namespaces"])].toSorted(),
  );
});

test("the own cluster is a context also where the Secret for others is absent, with the account's token of the moment", () => {
  using directory = makeKubeconfigDirectory();
  const config = objects.find(({ kind }) => kind === "ConfigMap");
  const own = directory.write("own", textOf(config?.["data"], "kubeconfig") ?? "");
  const env = { KUBECONFIG: `${own}:${join(directory.path, "absent")}` };
  const kubeconfig = loadKubeconfig({ env, cwd: directory.path });
  expect(kubeconfig.contexts).toEqual(["own"]);
  expect(kubeconfig.entries().users.get("own")?.fields).toEqual({ tokenFile: "/etc/meshgate/credentials/token" });
});

test("every volume that is mounted is there, and every one that is there is mounted", () => {
  const [job] = objects.filter(({ kind }) => kind === "CronJob");
  const pod = fieldOf(job, "spec", "jobTemplate", "spec", "template", "spec");
  const containers = [...listOf(pod, "initContainers"), ...listOf(pod, "containers")];
  const mounted = containers.flatMap((container) =>
    listOf(container, "volumeMounts").map((mount) => textOf(mount, "name") ?? ""),
  );
  expect([...new Set(mounted)].toSorted()).toEqual(
    listOf(pod, "volumes")
      .map((volume) => textOf(volume, "name") ?? "")
      .toSorted(),
  );
});

function rulesOf(rules: unknown, namespace: string | undefined): string[] {
  return listOf({ rules }, "rules").flatMap((rule) =>
    listOf(rule, "apiGroups").flatMap((group) =>
      listOf(rule, "resources").flatMap((resource) =>
        listOf(rule, "verbs").flatMap((verb) => {
          const names = listOf(rule, "resourceNames").filter((name) => typeof name === "string");
          return (names.length === 0 ? [undefined] : names).map((name) =>
            right(String(group), String(resource), String(verb), namespace, name),
          );
        }),
      ),
    ),
  );
}

function right(group: string, resource: string, verb: string, namespace?: string, name?: string): string {
  return [
    verb,
    `${resource}.${group}`,
    ...(name === undefined ? [] : [name]),
    ...(namespace === undefined ? [] : [`in ${namespace}`]),
  ].join(" ");
}

function plural(kind: string): string {
  const lower = kind.toLowerCase();
  if (lower.endsWith("policy")) return lower.replace(/y$/, "ies");
  return lower.endsWith("s") ? `${lower}es` : `${lower}s`;
}

/** Lists fields that the model of a kind does not have, or has as something else. */
function unknownFields(value: unknown, type: string, place: string): string[] {
  const list = /^Array<(.+)>$/.exec(type)?.[1];
  if (list !== undefined)
    return Array.isArray(value)
      ? value.flatMap((item, index) => unknownFields(item, list, `${place}[${index}]`))
      : [`${place} is no list`];
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (map !== undefined)
    return isRecord(value)
      ? Object.entries(value).flatMap(([key, item]) => unknownFields(item, map, `${place}.${key}`))
      : [`${place} is no map`];
  const model = (client as unknown as Record<string, unknown>)[type] as
    | { getAttributeTypeMap?(): { baseName: string; type: string }[] }
    | undefined;
  if (model?.getAttributeTypeMap === undefined || type === "IntOrString")
    return typeof value === type || !["string", "number", "boolean"].includes(type) ? [] : [`${place} is no ${type}`];
  if (!isRecord(value)) return [`${place} is no ${type}`];
  const fields = new Map(model.getAttributeTypeMap().map((field) => [field.baseName, field.type]));
  return Object.entries(value).flatMap(([key, item]) => {
    const known = fields.get(key);
    return known === undefined ? [`${place}.${key}`] : unknownFields(item, known, `${place}.${key}`);
  });
}

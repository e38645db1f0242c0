import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { textOf } from "../../base/open-record.ts";
import { ask, athens, hurup, nothingIsLeft } from "./test-cluster-api.ts";
import { labKubeconfig, meshgate } from "./test-command.ts";
import { named } from "./test-kubeconfig.ts";

const manifest = readFileSync(join(import.meta.dirname, "../../../fixtures/ci/cronjob.yaml"), "utf8");
const roles = "/apis/rbac.authorization.k8s.io/v1";
/** Where objects of the kinds that give rights are created. */
const collections: Record<string, string> = {
  Namespace: "/api/v1/namespaces",
  ServiceAccount: "/api/v1/namespaces/meshgate/serviceaccounts",
  ClusterRole: `${roles}/clusterroles`,
  ClusterRoleBinding: `${roles}/clusterrolebindings`,
  Role: `${roles}/namespaces/kube-system/roles`,
  RoleBinding: `${roles}/namespaces/kube-system/rolebindings`,
};
const given = parseAllDocuments(manifest)
  .map((document) => document.toJS() as { kind: string; metadata: { name: string } })
  .flatMap((object) => {
    const collection = collections[object.kind];
    return collection === undefined ? [] : [{ object, collection }];
  });

beforeAll(async () => {
  for (const cluster of [athens, hurup])
    for (const { object, collection } of given) await ask(cluster, "POST", collection, object);
});
afterAll(async () => {
  for (const cluster of [athens, hurup])
    for (const { object, collection } of given.toReversed())
      await ask(cluster, "DELETE", `${collection}/${object.metadata.name}`);
});
afterEach(nothingIsLeft);

test("the account of the CronJob has the rights that a run needs, and it tells of none that it lacks", async () => {
  const kubeconfig = labKubeconfig();
  for (const cluster of [athens, hurup]) {
    const answer = await ask(cluster, "POST", `${collections["ServiceAccount"]}/meshgate/token`, {});
    named(kubeconfig.users, cluster).user = { token: textOf(answer, "status", "token") ?? "" };
  }
  const suites = ["pod-to-pod", "service-dns", "tenancy"].flatMap((name) => ["--suite", name]);
  const run = await meshgate(["--context", athens, "--multi-cluster", hurup, ...suites, "--max-nodes", "1"], {
    kubeconfig,
  });
  expect(run).toMatchObject({ exitCode: 0, stderr: "", results: { verdict: "passed", troubles: [] } });
  expect(JSON.stringify(run.results)).not.toMatch(/forbidden|may not be read/i);
});

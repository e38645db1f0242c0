import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Results } from "../path-result.ts";
import { runSample, samplePath } from "../sample-run.ts";
import { makeAllureReport } from "./make-allure-report.ts";
import { renderAllure } from "./render-allure.ts";

// Allure takes directories as patterns; these characters stand for others in one.
const root = mkdtempSync(join(tmpdir(), "meshgate-[report] (*)-"));
afterAll(() => rmSync(root, { recursive: true }));

const historyFile = join(root, "allure-history.jsonl");
const known = { id: "*", reason: "as agreed", expires: "2027-01-31" };
const sample = await runSample([]);
const issue = samplePath({ id: "pods/known/a", scenario: "pods/known", verdict: "failed", outcome: "refused", known });
const healthy = sample.paths.map((path) => ({ ...path, verdict: "passed" as const, flap: false }));
const pages = [
  await pageOf({ ...sample, run: { ...sample.run, id: "20261121-090000-0001" }, paths: healthy }),
  await pageOf({ ...sample, run: { ...sample.run, id: "20261122-090000-0002" }, paths: [...sample.paths, issue] }),
];

test("the page loads nothing from anywhere, and may not", () => {
  for (const page of pages) {
    const [markup = ""] = page.split("Promise.allSettled([");
    expect(markup).not.toMatch(/googletagmanager|gtag|dataLayer/);
    const loaded = [...markup.matchAll(/<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)=["']?([^"'\s>]{0,12})/g)];
    expect(loaded.map(([, address]) => address?.split(":")[0])).toEqual(["data", "data"]);
    expect(markup).toContain(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; `);
  }
});

test("addresses in the code of the page are names, links and a frame that the page may not load", () => {
  const [, code = ""] = /src="data:text\/javascript;base64,([^"]+)"/.exec(pages[0] ?? "") ?? [];
  const script = Buffer.from(code, "base64").toString();
  const addresses = [...script.matchAll(/https?:\/\/[\w.-]+/g)].map(([address]) => address);
  expect([...new Set(addresses)].toSorted()).toMatchInlineSnapshot(`
    [
      "http://www.w3.org",
      "https://allurereport.org",
      "https://localhost",
      "https://trace.playwright.dev",
    ]
  `);
});

test("Allure counts tests as the results do", () => {
  expect(dataIn(pages[1], "widgets/statistic.json")).toMatchInlineSnapshot(`
    {
      "broken": 1,
      "failed": 3,
      "flaky": 1,
      "new": 1,
      "resolutions": {
        "accepted": 1,
      },
      "skipped": 1,
      "total": 5,
    }
  `);
  expect(dataIn(pages[1], "widgets/globals.json")).toMatchObject({
    errors: [{ message: sample.troubles[0]?.message }],
  });
});

test("Allure shows suites by pair of clusters", () => {
  const { root: top, groupsById } = dataIn(pages[1], "widgets/tree.json") as Tree;
  const below = ({ groups = [] }: Group, above: string[]): string[] =>
    groups.flatMap((id) => {
      const group = groupsById[id];
      if (!group?.name) return [];
      const path = [...above, group.name];
      return (group.groups ?? []).length === 0 ? [path.join(" / ")] : below(group, path);
    });
  // Allure has them in the order in which it reads files, whose names are random.
  expect(below(top, []).toSorted()).toMatchInlineSnapshot(`
    [
      "kind-region-athens -> kind-region-athens / dns / dns/pod-names",
      "kind-region-athens -> kind-region-hurup / pods / pods/known",
      "kind-region-athens -> kind-region-hurup / pods / pods/pod-to-pod",
      "kind-region-hurup -> kind-region-hurup / services / services/nodeport",
      "run / set-up",
    ]
  `);
});

interface Group {
  name?: string;
  groups?: string[];
}

interface Tree {
  root: Group;
  groupsById: Record<string, Group>;
}

test("Allure knows categories, known issues, flaky tests and what is worse than before", () => {
  expect(testsIn(pages[1])).toMatchInlineSnapshot(`
    [
      "broken  run#set-up  Broken: we could not look  history 1",
      "failed  pods/known#kind-region-athens -> kind-region-hurup  Known issue  accepted  new  history 0",
      "failed  pods/pod-to-pod#kind-region-athens -> kind-region-hurup  Finding: a claim is broken  flaky  regressed  history 1",
      "failed  services/nodeport#kind-region-hurup -> kind-region-hurup  Finding: a claim is broken  regressed  history 1",
      "skipped  dns/pod-names#kind-region-athens -> kind-region-athens  Skipped, with its reason  history 1",
    ]
  `);
});

test("reports that are made again change nothing of the history", async () => {
  const before = readFileSync(historyFile, "utf8").split("\n").map(runIn);
  await pageOf({ ...sample, run: { ...sample.run, id: "20261121-090000-0001" } });
  expect(readFileSync(historyFile, "utf8").split("\n").map(runIn)).toEqual(before);
  expect(before).toEqual(["meshgate 20261121-090000-0001", "meshgate 20261122-090000-0002", undefined]);
});

test("what Allure cannot read is told, and leaves no page", async () => {
  const output = join(root, "nothing.html");
  const files = { run: "r", resultsDirectory: join(root, "nowhere"), output, historyFile };
  await expect(makeAllureReport(files)).rejects.toMatchObject({
    kind: "broken",
    message: expect.stringContaining("Allure did not make its report:"),
    cure: "Look into allure-results, or reinstall the packages with npm ci.",
  });
  expect(readdirSync(root)).not.toContain("nothing.html");
});

async function pageOf(results: Results): Promise<string> {
  const directory = join(root, results.run.id);
  mkdirSync(directory, { recursive: true });
  const resultsDirectory = join(directory, "allure-results");
  const output = join(directory, "allure.html");
  renderAllure(results, resultsDirectory);
  await makeAllureReport({ run: results.run.id, resultsDirectory, output, historyFile });
  return readFileSync(output, "utf8");
}

function dataIn(page = "", name: string): unknown {
  const [, data = ""] = new RegExp(`d\\("${name}","([^"]*)"\\)`).exec(page) ?? [];
  return JSON.parse(Buffer.from(data, "base64").toString());
}

/** What Allure made of each test: its status, its category, and what it says of it besides. */
function testsIn(page = ""): string[] {
  const names = [...page.matchAll(/d\("(data\/test-results\/[^"]+)"/g)].map(([, name = ""]) => name);
  return names
    .map((name) => dataIn(page, name) as Record<string, unknown>)
    .map(({ fullName, status, categories, resolution, flaky, transition, history }) => {
      const [category] = categories as { name: string }[];
      const remarks = [category?.name, resolution, flaky ? "flaky" : undefined, transition];
      return [`${status as string}  ${fullName as string}`, ...remarks, `history ${(history as unknown[]).length}`]
        .filter(Boolean)
        .join("  ");
    })
    .toSorted();
}

function runIn(line: string): string | undefined {
  // In a job of a CI server, Allure appends its name.
  return line === "" ? undefined : (JSON.parse(line) as { name: string }).name.split(" – ")[0];
}

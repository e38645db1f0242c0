import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import { Diagnostic } from "../base/diagnostic.ts";
import { nights } from "../report/history/test-history.ts";
import { trend } from "./trend.ts";

const root = mkdtempSync(join(tmpdir(), "meshgate-trend-"));
afterAll(() => rmSync(root, { recursive: true }));
const history = join(root, "history.jsonl");
writeFileSync(history, nights.map((night) => `${JSON.stringify(night)}\n`).join(""));

test("as text by the locale, JSON and HTML, for all scenarios or some", async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv("LC_ALL", "C");
  expect(await printed("--scenario", "dns", "--last", "3")).toMatchInlineSnapshot(`
    "3 runs from 2026-11-08 to 2026-11-10

    scenario   clean runs  passed  flaky  p50 ms  p95 ms  runs  p50 over time
    dns/names         1/2   100 %    0 %     2.0     2.0  b.?   ?8?

    . all that was looked at passed   b could not look everywhere   ? not in the run
    "
  `);
  vi.stubEnv("LC_ALL", "en_US.UTF-8");
  vi.stubEnv("TERM", "xterm");
  expect(await printed("--scenario", "pods/across")).toContain("█");
  const all = JSON.parse(await printed("--format", "json")) as { scenarios: { scenario: string }[] };
  expect(all.scenarios.map(({ scenario }) => scenario)).toEqual(["dns/names", "gone/away", "pods/across"]);
  const output = join(root, "trend.html");
  expect(await printed("--format", "html", "--output", output)).toBe(`wrote ${output}\n`);
  expect(readFileSync(output, "utf8")).toContain("<svg");
});

test("what is wrong", async () => {
  expect(await refusal("--history", join(root, "absent"))).toContain("There is no history");
  expect(await refusal("--history", history, "--scenario", "pods/acros")).toContain("Did you mean pods/across?");
  expect(await refusal("--history", history, "--scenario", "nothing-like-it")).toContain(
    "There are dns/names, gone/away",
  );
  expect(await refusal("--last", "0")).toContain("whole number above 0");
  expect(await refusal("x")).toContain("x belongs to no option");
});

async function printed(...args: string[]): Promise<string> {
  let text = "";
  expect(await trend(["--history", history, "--no-color", ...args], (part) => (text += part))).toBe(0);
  return text;
}

async function refusal(...args: string[]): Promise<string> {
  try {
    await trend(args, () => {});
  } catch (error) {
    if (!(error instanceof Diagnostic) || error.kind !== "configuration") throw error;
    return `${error.message}\n${error.cure}`;
  }
  throw new Error("nothing was wrong");
}

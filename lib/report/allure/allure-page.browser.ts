import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runSample } from "../sample-run.ts";
import { startBrowser, type TestBrowser } from "../test-browser.ts";
import { makeAllureReport } from "./make-allure-report.ts";
import { renderAllure } from "./render-allure.ts";

const directory = mkdtempSync(join(tmpdir(), "meshgate-allure-page-"));
const output = join(directory, "allure.html");
let browser: TestBrowser;

beforeAll(async () => {
  const sample = await runSample([]);
  const resultsDirectory = join(directory, "allure-results");
  mkdirSync(resultsDirectory);
  renderAllure(sample, resultsDirectory);
  const historyFile = join(directory, "allure-history.jsonl");
  await makeAllureReport({ run: sample.run.id, resultsDirectory, output, historyFile });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(directory, { recursive: true });
});

test("the page has the pairs of clusters, and the finding between one of them", async () => {
  const page = await browser.open(output);
  const finding = page.getByRole("button", { name: /kind-region-athens -> kind-region-hurup: every pod reaches/ });
  await finding.waitFor();
  for (const pair of ["kind-region-athens -> kind-region-hurup", "kind-region-hurup -> kind-region-hurup"])
    await expect(page.getByText(pair, { exact: true }).isVisible()).resolves.toBe(true);
  await finding.click();
  await page.getByText("Category: Finding: a claim is broken").waitFor();
  const seen = await page.locator("body").innerText();
  expect(seen).toContain("2 of 3 paths broke the claim: every pod reaches every other pod by its address");
  expect(seen).toMatch(/expected {2}an answer from kind-region-hurup\/worker-1\/echo\s+saw {7}refused/);
});

test("the page has the reason of a skip", async () => {
  const page = await browser.open(output);
  await page.getByRole("button", { name: "Skipped 1" }).click();
  for (const suite of ["kind-region-athens -> kind-region-athens", "dns", "dns/pod-names"])
    await page.getByText(suite, { exact: true }).click();
  await page.getByRole("button", { name: /a pod's name made of its address resolves/ }).click();
  const reason = page.getByText("the DNS does not answer for names of pods").first();
  await reason.waitFor();
  await expect(reason.isVisible()).resolves.toBe(true);
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { runCommand } from "../../base/command.ts";
import { runSample, samplePaths, startSample } from "../sample-run.ts";
import { allureReporter } from "./allure-reporter.ts";
import { readAllureFiles } from "./test-allure-files.ts";

let directory = "";
let warnings: string[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "meshgate-reporter-"));
  warnings = [];
  onTestFinished(() => rmSync(directory, { recursive: true }));
});

test("when the run has ended, its tests are there", async () => {
  const results = await runSample([allureReporter(directory, warn)]);
  const { tests, environment } = readAllureFiles(join(directory, "allure-results"));
  expect(tests.length).toBe(new Set(results.paths.map(({ scenario, group }) => `${scenario} ${group}`)).size + 1);
  expect(environment["verdict"]).toBe(results.verdict);
  expect(warnings).toEqual([]);
});

test("a run that was interrupted before anything was asked has a broken set-up, and what was planned is broken", async () => {
  const report = startSample([allureReporter(directory, warn)]);
  report.pathsPlanned(samplePaths);
  await report.finish("interrupted");
  const { tests } = readAllureFiles(join(directory, "allure-results"));
  expect(tests.map(({ fullName, status }) => `${status}  ${fullName}`)).toMatchInlineSnapshot(`
    [
      "broken  dns/pod-names#kind-region-athens -> kind-region-athens",
      "broken  pods/pod-to-pod#kind-region-athens -> kind-region-hurup",
      "broken  run#set-up",
      "broken  services/nodeport#kind-region-hurup -> kind-region-hurup",
    ]
  `);
});

test("what keeps Allure from being written is told, and changes nothing of the run", async () => {
  writeFileSync(join(directory, "allure-results"), "a file");
  const results = await runSample([allureReporter(directory, warn)]);
  const alone = await runSample([]);
  expect(results).toEqual(alone);
  const text = warnings.join("").replaceAll(directory, "DIRECTORY");
  expect(text).toMatchInlineSnapshot(`
    "
    allure-results cannot be written: EEXIST: file already exists, mkdir 'DIRECTORY/allure-results'
    Make it again: npm run report -- DIRECTORY/results.json
    "
  `);
});

test("no package of Allure is loaded before a run has ended", async () => {
  const code = `
    const { registerHooks } = require("node:module");
    registerHooks({ resolve(name, context, next) { if (/^allure|^@allure/.test(name)) console.log(name); return next(name, context); } });
    import(process.argv[1]).then(({ allureReporter }) => console.log(allureReporter(".", console.log).name));`;
  const module = join(import.meta.dirname, "allure-reporter.ts");
  const { output } = await runCommand([process.execPath, "--eval", code, module], { directory });
  expect(output).toBe("allure-results\n");
});

function warn(text: string): void {
  warnings.push(text);
}

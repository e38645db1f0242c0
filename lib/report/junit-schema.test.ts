import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { renderJunit } from "./junit.ts";
import type { Results } from "./path-result.ts";
import { runSample, samplePath, sampleTrouble, startSample } from "./sample-run.ts";
import { sampleDiagnosis } from "./test-diagnosis.ts";

const schema = join(import.meta.dirname, "../../fixtures/junit/junit.rng");

const hostile = `a|b [[ATTACHMENT|x]] <&"'> ]]> \u0000\u0008\u001b[31m \ud800 \uffff é 漢 🜂\r\n\tend`;

const results: [string, () => Promise<Results>][] = [
  ["of every verdict, with causes", () => runSample([], sampleDiagnosis)],
  ["without a path", () => startSample([]).finish("completed")],
  ["that was interrupted", () => startSample([]).finish("interrupted")],
  [
    "with hostile texts everywhere",
    async () => {
      const report = startSample([]);
      const end = { cluster: hostile, node: hostile, name: hostile, address: hostile };
      for (const verdict of ["failed", "broken", "skipped", "passed"] as const)
        report.pathFinished(
          samplePath({
            id: `${verdict} ${hostile}`,
            scenario: hostile,
            group: `${verdict} ${hostile}`,
            claim: hostile,
            verdict,
            from: end,
            to: end,
            reason: hostile,
            saw: hostile,
          }),
        );
      report.troubleFound({ ...sampleTrouble, message: hostile, cure: hostile });
      return report.finish("completed");
    },
  ],
];

test.each(results)("results %s make a file that holds to the common schema", async (_, make) => {
  const xml = renderJunit(await make());
  expect(validate(xml)).toEqual({ stderr: "- validates\n", status: 0 });
  // XML may not hold control characters: that is what is looked for.
  // oxlint-disable-next-line no-control-regex
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/);
});

test.each([
  ["a case without a class name", (xml: string) => xml.replace(/ classname="[^"]*"/, "")],
  ["a failure without text", (xml: string) => xml.replace(/(<failure [^>]*)>[^]*?<\/failure>/, "$1/>")],
  ["a count of skips for the whole", (xml: string) => xml.replace('name="meshgate"', 'name="meshgate" skipped="1"')],
  ["an element that nobody reads", (xml: string) => xml.replace("<properties>", "<hint/><properties>")],
  ["a character that XML does not know", (xml: string) => xml.replace("passed  ", "passed \u0001")],
])("%s does not hold to it", async (_, spoil) => {
  const xml = renderJunit(await runSample([]));
  expect(spoil(xml)).not.toBe(xml);
  expect(validate(spoil(xml)).status).not.toBe(0);
});

test("no two cases share class name and name, and all of them have both", async () => {
  const report = startSample([]);
  for (const scenario of ["a/b", "a/c", "b/b"])
    for (const group of ["x -> y", "y -> x"])
      for (const id of ["1", "2"])
        report.pathFinished(samplePath({ id: `${scenario}/${group}/${id}`, scenario, group }));
  const xml = renderJunit(await report.finish("completed"));
  const cases = [...xml.matchAll(/<testcase classname="([^"]+)" name="([^"]+)"/g)].map(([whole]) => whole);
  expect(cases).toHaveLength(7);
  expect(new Set(cases).size).toBe(7);
});

function validate(xml: string): { stderr: string; status: number | null } {
  const { error, stderr, status } = spawnSync("xmllint", ["--noout", "--relaxng", schema, "-"], {
    input: xml,
    encoding: "utf8",
  });
  if (error) throw new Error("there is no xmllint: apt-get install --yes libxml2-utils", { cause: error });
  return { stderr, status };
}

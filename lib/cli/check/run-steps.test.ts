import { expect, test } from "vitest";
import { Diagnostic } from "../../base/diagnostic.ts";
import { runSteps } from "./run-steps.ts";
import type { Step, StepResult } from "./step.ts";

const one = { passed: 1, failed: 0, skipped: 0, output: "all is well" };

test("a line per step, the output of failing ones only, the totals last", async () => {
  const { printed, sums } = await run([
    step("format", true, { ...one }),
    step("lint", true, { passed: 0, failed: 1, skipped: 0, output: "x.ts: a bad habit\n" }),
    step("unit", false, { passed: 40, failed: 0, skipped: 2, output: "forty dots" }),
    {
      name: "contract",
      parallel: false,
      run: () => Promise.reject(new Diagnostic("broken", "There is no unshare.", "Install util-linux.")),
    },
  ]);
  expect(printed.replaceAll(/[\d.]+ ms/g, "T ms")).toMatchInlineSnapshot(`
    "format     passed                               T ms
    lint       failed                               T ms

    x.ts: a bad habit

    unit       40 passed, 2 skipped                 T ms
    contract   0 passed, 1 failed                   T ms

    There is no unshare.
    Install util-linux.

    41 passed, 2 failed, 2 skipped
    "
  `);
  expect(sums).toEqual({ passed: 41, failed: 2, skipped: 2 });
});

test("two parallel steps run at once, others wait for them and for each other", async () => {
  const running = new Set<string>();
  const seen: string[] = [];
  const watched = (name: string, parallel: boolean): Step => ({
    name,
    parallel,
    async run() {
      running.add(name);
      await new Promise(setImmediate);
      seen.push([...running].join("+"));
      running.delete(name);
      return one;
    },
  });
  await run([watched("d", false), watched("a", true), watched("b", true), watched("c", true), watched("e", false)]);
  expect(seen).toEqual(["a+b", "b+c", "c", "d", "e"]);
});

test("after an abort no further step starts", async () => {
  const abort = new AbortController();
  const stopping: Step = {
    name: "unit",
    parallel: false,
    run() {
      abort.abort();
      return Promise.resolve(one);
    },
  };
  const { printed } = await run([stopping, step("contract", false, one)], abort.signal);
  expect(printed).not.toContain("contract");
  expect(printed).toMatch(/\n1 passed, 0 failed, 0 skipped\n$/);
});

function step(name: string, parallel: boolean, result: StepResult): Step {
  return { name, parallel, run: () => Promise.resolve(result) };
}

async function run(steps: Step[], signal = new AbortController().signal) {
  let printed = "";
  const sums = await runSteps(steps, { signal, write: (text) => void (printed += text) });
  return { printed, sums };
}

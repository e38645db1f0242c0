import { expect, test } from "vitest";
import { Diagnostic } from "../../base/diagnostic.ts";
import { parseSabotageOptions } from "./sabotage-options.ts";

const catalogue = [{ id: "node-to-node-drop" }, { id: "pod-egress-drop" }];

function refused(...args: string[]) {
  try {
    parseSabotageOptions(args, catalogue);
  } catch (error) {
    if (error instanceof Diagnostic) return { code: error.exitCode, message: error.message, cure: error.cure };
  }
  return "taken";
}

test("without options all faults are tried", () => {
  expect(parseSabotageOptions([], catalogue)).toEqual({
    options: { list: false, sample: false, faults: [], seed: 1, reportDir: "reports" },
  });
});

test("faults can be named", () => {
  const args = ["--fault", "pod-egress-drop", "--fault", "node-to-node-drop"];
  expect(parseSabotageOptions(args, catalogue)).toMatchObject({
    options: { faults: ["pod-egress-drop", "node-to-node-drop"] },
  });
});

test("an unknown fault is refused with the closest one", () => {
  expect(refused("--fault", "node-to-node-drp")).toEqual({
    code: 2,
    message: "there is no fault node-to-node-drp",
    cure: "Did you mean node-to-node-drop?\nList them: npm run sabotage -- --list",
  });
  expect(refused("--fault", "x")).toMatchObject({ code: 2, cure: "List them: npm run sabotage -- --list" });
});

test("numbers are above 0", () => {
  for (const option of ["--pairs", "--seed", "--labs"]) expect(refused(option, "0")).toMatchObject({ code: 2 });
});

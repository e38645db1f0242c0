import { expect, test } from "vitest";
import { untoleratedTaint } from "./tolerations.ts";

const controlPlane = { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" };
const dedicated = { key: "dedicated", value: "db", effect: "NoExecute" };
const effects = ["NoSchedule", "NoExecute"];

test.for([
  ["nothing", [], false],
  ["everything", [{ operator: "Exists" }], true],
  ["the key", [{ key: controlPlane.key, operator: "Exists" }], true],
  ["the key and effect", [{ ...controlPlane, operator: "Exists" }], true],
  ["the key with another effect", [{ ...controlPlane, operator: "Exists", effect: "NoExecute" }], false],
  ["the key with the empty value", [{ key: controlPlane.key }], true],
  ["the key with another value", [{ key: controlPlane.key, value: "x" }], false],
  ["an empty key that must be equal", [{ operator: "Equal" }], false],
] as const)("tolerating %s covers the control plane's taint: %s", ([, tolerations, covered]) => {
  expect(untoleratedTaint([controlPlane], [...tolerations], effects)).toEqual(covered ? undefined : controlPlane);
});

test("a value must be equal", () => {
  expect(untoleratedTaint([dedicated], [{ key: "dedicated", value: "db" }], effects)).toBeUndefined();
  expect(untoleratedTaint([dedicated], [{ key: "dedicated", value: "web" }], effects)).toEqual(dedicated);
});

test("effects that were not asked for do not count", () => {
  expect(untoleratedTaint([{ key: "a", effect: "PreferNoSchedule" }], [], effects)).toBeUndefined();
});

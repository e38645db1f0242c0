import { expect, test } from "vitest";
import { labelSelector, objectSelector } from "./label-selector.ts";

const labels = { app: "web", tier: "front" };

test.for([
  ["", true],
  ["app=web", true],
  ["app==web,tier=front", true],
  ["app=other", false],
  ["app!=web", false],
  ["none!=web", true],
  ["app in (web, api),tier notin (back)", true],
  ["app in (api)", false],
  ["none notin (a)", true],
  ["app", true],
  ["!app", false],
  ["!none", true],
  ["app=", false],
] as const)("%j selects: %j", ([text, selected]) => {
  expect(labelSelector(text)(labels)).toBe(selected);
});

test.for(["app in web", "a b", "=x", "app=(x"])("%j is no selector", (text) => {
  expect(() => labelSelector(text)).toThrow(expect.objectContaining({ code: 400 }));
});

test("an object's selector combines labels and expressions", () => {
  const matchExpressions = [{ key: "tier", operator: "In", values: ["front"] }];
  expect(objectSelector({ matchLabels: { app: "web" }, matchExpressions })(labels)).toBe(true);
  expect(objectSelector({ matchExpressions: [{ key: "app", operator: "DoesNotExist" }] })(labels)).toBe(false);
  expect(objectSelector({})(labels)).toBe(true);
  expect(objectSelector(undefined)(labels)).toBe(false);
});

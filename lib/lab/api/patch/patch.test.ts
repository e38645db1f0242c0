import { describe, expect, test } from "vitest";
import { ApiError } from "../../model.ts";
import { listBy, map, set } from "../apply/shape.ts";
import { jsonPatch } from "./json-patch.ts";
import { mergePatch } from "./merge-patch.ts";
import { strategicMergePatch } from "./strategic-merge-patch.ts";

test("a merge patch replaces lists and removes what is null", () => {
  expect(mergePatch({ a: 1, b: [1, 2], c: { d: 1, e: 2 } }, { b: [3], c: { d: null } })).toEqual({
    a: 1,
    b: [3],
    c: { e: 2 },
  });
});

describe("a JSON patch", () => {
  const document = { a: [1, 2], "b/c": { d: 1 } };

  test.for([
    [
      { op: "add", path: "/a/-", value: 3 },
      { a: [1, 2, 3], "b/c": { d: 1 } },
    ],
    [
      { op: "add", path: "/a/0", value: 0 },
      { a: [0, 1, 2], "b/c": { d: 1 } },
    ],
    [
      { op: "remove", path: "/b~1c/d" },
      { a: [1, 2], "b/c": {} },
    ],
    [
      { op: "replace", path: "/a/1", value: 9 },
      { a: [1, 9], "b/c": { d: 1 } },
    ],
    [
      { op: "move", from: "/b~1c/d", path: "/e" },
      { a: [1, 2], "b/c": {}, e: 1 },
    ],
    [
      { op: "copy", from: "/a", path: "/e" },
      { ...document, e: [1, 2] },
    ],
    [{ op: "test", path: "/a/0", value: 1 }, document],
  ] as const)("%j", ([operation, expected]) => {
    expect(jsonPatch(document, [operation])).toEqual(expected);
    expect(document).toEqual({ a: [1, 2], "b/c": { d: 1 } });
  });

  test.for([
    [{ op: "test", path: "/a/0", value: 2 }, 422],
    [{ op: "replace", path: "/none", value: 2 }, 422],
    [{ op: "remove", path: "/x/y" }, 422],
    [{ op: "nonsense", path: "/a" }, 422],
  ] as const)("%j does not fit", ([operation, code]) => {
    expect(() => jsonPatch(document, [operation])).toThrow(expect.objectContaining({ code }));
  });

  test("is a list", () => {
    expect(() => jsonPatch(document, { op: "add" })).toThrow(ApiError);
  });
});

describe("a strategic merge patch", () => {
  const shape = map({ items: listBy("name", map({ tags: set })), names: set });
  const document = {
    items: [
      { name: "a", x: 1 },
      { name: "b", x: 2 },
    ],
    names: ["p", "q"],
    plain: [1],
  };

  test("merges items by key and replaces other lists", () => {
    const patch = { items: [{ name: "b", y: 3 }, { name: "c" }], names: ["r"], plain: [2] };
    expect(strategicMergePatch(document, patch, shape)).toEqual({
      items: [{ name: "a", x: 1 }, { name: "b", x: 2, y: 3 }, { name: "c" }],
      names: ["p", "q", "r"],
      plain: [2],
    });
  });

  test("follows its directives", () => {
    const patch = {
      items: [{ name: "a", $patch: "delete" }, { name: "c" }],
      "$setElementOrder/items": [{ name: "c" }, { name: "b" }],
      "$deleteFromPrimitiveList/names": ["p"],
    };
    expect(strategicMergePatch(document, patch, shape)).toMatchObject({
      items: [{ name: "c" }, { name: "b", x: 2 }],
      names: ["q"],
    });
    expect(strategicMergePatch(document, { items: [{ name: "z" }, { $patch: "replace" }] }, shape)).toMatchObject({
      items: [{ name: "z" }],
    });
    const strategy = { type: "RollingUpdate", rollingUpdate: {} };
    expect(strategicMergePatch(strategy, { $retainKeys: ["type"], type: "Recreate" }, map({}))).toEqual({
      type: "Recreate",
    });
  });
});

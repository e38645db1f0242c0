import { expect, test } from "vitest";
import { fieldOf, isRecord, listOf, numberOf, textOf } from "./open-record.ts";

const node = { metadata: { name: "worker", labels: null }, spec: { taints: [{ key: "a" }], ports: 3, empty: "" } };

test("lists and null are no records", () => {
  expect([{}, [], null, "text"].map(isRecord)).toEqual([true, false, false, false]);
});

test("a field is reached along a path", () => {
  expect(fieldOf(node, "metadata", "name")).toBe("worker");
  expect(fieldOf(node, "metadata", "labels", "zone")).toBeUndefined();
  expect(fieldOf(undefined, "metadata")).toBeUndefined();
});

test("a field of another type than asked for is absent", () => {
  expect([textOf(node, "metadata", "name"), textOf(node, "spec", "empty"), textOf(node, "spec", "ports")]).toEqual([
    "worker",
    undefined,
    undefined,
  ]);
  expect([numberOf(node, "spec", "ports"), numberOf(node, "metadata", "name")]).toEqual([3, undefined]);
  expect([listOf(node, "spec", "taints"), listOf(node, "metadata")]).toEqual([[{ key: "a" }], []]);
});

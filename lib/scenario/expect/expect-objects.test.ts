import { expect, test } from "vitest";
import { holds } from "./expect-objects.ts";
import { silence } from "../fixture.ts";

const service = { apiVersion: "v1", kind: "Service", metadata: { name: "echo" } };
const exists = holds("the object exists", ([object]) => (object ? undefined : "it does not exist"));

test("judges the objects that an API server knows", () => {
  expect(exists.judge(silence("answered", { objects: [service] }))).toEqual({ kept: true });
  expect(exists.judge(silence("answered", { objects: [] }))).toEqual({ kept: false, saw: "it does not exist" });
});

test("events tell why", () => {
  const events = ["AllocationFailed: no address left"];
  expect(exists.judge(silence("answered", { objects: [], events }))).toEqual({
    kept: false,
    saw: "it does not exist; events: AllocationFailed: no address left",
  });
});

test("an answer without objects, or none at all, is no look at them", () => {
  expect(() => exists.judge(silence("answered"))).toThrow("did not tell: answered");
  expect(() => exists.judge(silence("timeout", { objects: [service] }))).toThrow("did not tell: timeout");
});

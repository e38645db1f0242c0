import { expect, test } from "vitest";
import { settleAll } from "./settle-all.ts";

test("values come in the order of the promises", async () => {
  const last = Promise.withResolvers<number>();
  const all = settleAll([last.promise, Promise.resolve(2)]);
  last.resolve(1);
  expect(await all).toEqual([1, 2]);
  expect(await settleAll([])).toEqual([]);
});

test("a failure is thrown when all have come to an end, not before", async () => {
  const slow = Promise.withResolvers<number>();
  let over = false;
  const all = settleAll([Promise.reject(new Error("first")), slow.promise.finally(() => (over = true))]);
  slow.resolve(1);
  await expect(all).rejects.toThrow("first");
  expect(over).toBe(true);
});

test("several failures are thrown together", async () => {
  const errors = [new Error("first"), new Error("second")];
  const all = settleAll(errors.map((error) => Promise.reject(error)));
  await expect(all).rejects.toMatchObject({ errors });
});

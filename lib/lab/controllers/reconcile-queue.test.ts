import { expect, test } from "vitest";
import { createReconcileQueue } from "./reconcile-queue.ts";

test("runs a key once however often it was added", async () => {
  const seen: string[] = [];
  const done = Promise.withResolvers<void>();
  const queue = createReconcileQueue(
    "test",
    (key) => {
      seen.push(key);
      if (key === "last") done.resolve();
    },
    () => {},
  );
  queue.add("a");
  queue.add("a");
  queue.add("last");
  expect(seen).toEqual([]);
  await done.promise;
  expect(seen).toEqual(["a", "last"]);
  queue.stop();
});

test("logs an exception and tries the key again until it succeeds", async () => {
  const lines: string[] = [];
  const done = Promise.withResolvers<void>();
  let attempts = 0;
  const queue = createReconcileQueue(
    "replicaset",
    () => {
      attempts += 1;
      if (attempts < 3) throw new Error(`attempt ${attempts}`);
      done.resolve();
    },
    (line) => lines.push(line),
  );
  queue.add("ns/a");
  await done.promise;
  expect(lines).toEqual(["replicaset ns/a: attempt 1", "replicaset ns/a: attempt 2"]);
  queue.stop();
});

test("one failing key does not hold up the others", async () => {
  const done = Promise.withResolvers<string>();
  const queue = createReconcileQueue(
    "test",
    (key) => {
      if (key === "bad") throw new Error("no");
      done.resolve(key);
    },
    () => {},
  );
  queue.add("bad");
  queue.add("good");
  expect(await done.promise).toBe("good");
  queue.stop();
});

test("the earliest of several delays counts", async () => {
  const done = Promise.withResolvers<string>();
  const queue = createReconcileQueue("test", done.resolve, () => {});
  queue.addAfter("a", 3_600_000);
  queue.addAfter("a", 1);
  queue.addAfter("a", 3_600_000);
  expect(await done.promise).toBe("a");
  queue.stop();
});

test("nothing runs after stop", async () => {
  const seen: string[] = [];
  const queue = createReconcileQueue(
    "test",
    (key) => seen.push(key),
    () => {},
  );
  queue.add("a");
  queue.stop();
  queue.add("b");
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(seen).toEqual([]);
});

import { expect, test } from "vitest";
import { portRows } from "./port-rows.ts";

test("a row of the user takes the place of the usual one of its name; others come after", () => {
  const usual = portRows([]);
  const scheduler = { name: "scheduler", at: "control-plane", port: 10_259, expect: "authenticated" } as const;
  const ssh = { name: "ssh", at: "every-node", port: 22, expect: "silent" } as const;
  const rows = portRows([ssh, scheduler]);
  expect(rows.map(({ name }) => name)).toEqual([...usual.map(({ name }) => name), "ssh"]);
  expect(rows.find(({ name }) => name === "scheduler")).toBe(scheduler);
});

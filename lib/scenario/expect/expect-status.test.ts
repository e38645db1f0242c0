import { expect, test } from "vitest";
import { hasStatus } from "./expect-status.ts";
import { silence } from "../fixture.ts";

test("the status alone counts, whoever answers", () => {
  const { judge, denial } = hasStatus(503, "no ready backend is here");
  expect(denial).toBe(false);
  expect(judge(silence("http-status", { status: 503, detail: "status 503" }))).toEqual({
    kept: true,
    saw: "status 503",
  });
  expect(judge(silence("wrong-answer", { status: 200 }))).toEqual({ kept: false, saw: "wrong-answer 200" });
  expect(judge(silence("refused"))).toEqual({ kept: false, saw: "refused" });
});

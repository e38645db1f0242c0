import { expect, test } from "vitest";
import { headersWith, ownStatus, pathWith } from "./quirk.ts";

const headers = ["Host", "shop.example", "X-Forwarded-For", "10.0.0.5", "X-Real-IP", "10.0.0.5", "Accept", "*/*"];

test("without a quirk everything is as it is", () => {
  expect(headersWith(undefined, headers)).toBe(headers);
  expect(pathWith(undefined, "/wear?size=42")).toBe("/wear?size=42");
  expect(ownStatus(undefined, 404)).toBe(404);
});

test("each quirk is about one thing", () => {
  expect(headersWith("client-untold", headers)).toEqual(["Host", "shop.example", "Accept", "*/*"]);
  expect(headersWith("host-replaced", headers)).toEqual(["Host", "upstream", ...headers.slice(2)]);
  expect(headersWith("path-rewritten", headers)).toBe(headers);
  expect(pathWith("path-rewritten", "/wear?size=42")).toBe("/");
  expect(pathWith("client-untold", "/wear")).toBe("/wear");
  expect(ownStatus("unknown-is-found", 404)).toBe(200);
  expect(ownStatus("unknown-is-found", 503)).toBe(503);
});

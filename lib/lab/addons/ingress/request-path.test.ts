import { expect, test } from "vitest";
import { requestPath } from "./request-path.ts";

test.for([
  ["/", "/"],
  ["/a/b?c=/d", "/a/b"],
  ["/a/b#c", "/a/b"],
  ["//a///b//", "/a/b/"],
  ["/a/./b/.", "/a/b/"],
  ["/a/../b", "/b"],
  ["/a/..", "/"],
  ["/a/b/..", "/a/"],
  ["/%61%2Fb", "/a/b"],
  ["/a%20b", "/a b"],
  ["/a%2e%2e", "/a.."],
  ["/%C3%A6", "/\u00c3\u00a6"],
] as const)("%s is routed as %s", ([target, path]) => {
  expect(requestPath(target)).toBe(path);
});

test.for(["", "a", "*", "/..", "/a/../..", "/%2e%2e/a", "/%", "/%4", "/%zz", "/%00"])("%j is no path", (target) => {
  expect(requestPath(target)).toBeUndefined();
});

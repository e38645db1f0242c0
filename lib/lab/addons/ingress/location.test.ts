import { describe, expect, test } from "vitest";
import { findLocation, layOutLocations, type PathRule, type PathType } from "./location.ts";
import { requestPath } from "./request-path.ts";

const rule = (pathType: PathType, path: string): PathRule<string> => ({
  path,
  pathType,
  target: `${pathType} ${path}`,
});

function find(rules: PathRule<string>[], target: string): string | undefined {
  return findLocation(layOutLocations(rules), requestPath(target)!);
}

// The rows of the table in the documentation, in its order; several request paths of one row are several rows here.
// https://kubernetes.io/docs/concepts/services-networking/ingress/#examples
describe("the documentation's examples", () => {
  test.for<[PathType, string, string, boolean]>([
    ["Prefix", "/", "/", true],
    ["Prefix", "/", "/any/path", true],
    ["Exact", "/foo", "/foo", true],
    ["Exact", "/foo", "/bar", false],
    ["Exact", "/foo", "/foo/", false],
    ["Exact", "/foo/", "/foo", false],
    ["Prefix", "/foo", "/foo", true],
    ["Prefix", "/foo", "/foo/", true],
    ["Prefix", "/foo/", "/foo", true],
    ["Prefix", "/foo/", "/foo/", true],
    ["Prefix", "/aaa/bb", "/aaa/bbb", false],
    ["Prefix", "/aaa/bbb", "/aaa/bbb", true],
    ["Prefix", "/aaa/bbb/", "/aaa/bbb", true],
    ["Prefix", "/aaa/bbb", "/aaa/bbb/", true],
    ["Prefix", "/aaa/bbb", "/aaa/bbb/ccc", true],
    ["Prefix", "/aaa/bbb", "/aaa/bbbxyz", false],
  ])("%s %s, asked for %s: %s", ([pathType, path, asked, matches]) => {
    expect(find([rule(pathType, path)], asked)).toBe(matches ? `${pathType} ${path}` : undefined);
  });

  test.for<[string[], string, string | undefined]>([
    [["/", "/aaa"], "/aaa/ccc", "/aaa"],
    [["/", "/aaa", "/aaa/bbb"], "/aaa/bbb", "/aaa/bbb"],
    [["/", "/aaa", "/aaa/bbb"], "/ccc", "/"],
    [["/aaa"], "/ccc", undefined],
  ])("Prefix %j, asked for %s: %s", ([paths, asked, matching]) => {
    const rules = paths.map((path) => rule("Prefix", path));
    for (const ordered of [rules, rules.toReversed()])
      expect(find(ordered, asked)).toBe(matching && `Prefix ${matching}`);
  });

  test("Mixed /foo, asked for /foo: the exact one", () => {
    const rules = [rule("Prefix", "/foo"), rule("Exact", "/foo")];
    for (const ordered of [rules, rules.toReversed()]) expect(find(ordered, "/foo")).toBe("Exact /foo");
    expect(find(rules, "/foo/")).toBe("Prefix /foo");
  });
});

test.for([
  ["/foo", "/foobar", true],
  ["/foo", "/fo", false],
  ["/foo/", "/foo", false],
  ["", "/any", true],
] as const)("ImplementationSpecific %j, asked for %s: %s, character by character", ([path, asked, matches]) => {
  expect(find([rule("ImplementationSpecific", path)], asked) !== undefined).toBe(matches);
});

test("the case of a path counts, and the first of equal rules", () => {
  expect(find([rule("Prefix", "/Foo")], "/foo")).toBeUndefined();
  const rules = [
    { path: "/foo", pathType: "Prefix" as const, target: "old" },
    { path: "/foo/", pathType: "Prefix" as const, target: "new" },
  ];
  expect([find(rules, "/foo"), find(rules, "/foo/x")]).toEqual(["old", "old"]);
});

test("a path beyond ASCII is found by its bytes", () => {
  expect(find([rule("Prefix", "/smørrebrød")], "/sm%C3%B8rrebr%C3%B8d/x")).toBe("Prefix /smørrebrød");
});

/** What the specification says, word by word: element by element for Prefix, all of the text for Exact; the longest path wins, then Exact. */
function bySpecification(rules: PathRule<string>[], path: string): string | undefined {
  const elements = (text: string) => text.split("/").filter((element) => element !== "");
  const asked = elements(path);
  const matching = rules.filter((each) =>
    each.pathType === "Exact" ? each.path === path : elements(each.path).every((element, at) => element === asked[at]),
  );
  const weight = ({ pathType, path: text }: PathRule<string>) =>
    elements(text).length * 2 + (pathType === "Exact" ? 1 : 0);
  return matching.toSorted((left, right) => weight(right) - weight(left))[0]?.target;
}

test("finds what the specification's words say, for whatever rules and paths", () => {
  let state = 7;
  const random = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const randomPath = (): string => {
    const elements = Array.from({ length: random(4) }, () => ["a", "b", "ab", "aa"][random(4)] ?? "");
    return `/${elements.join("/")}${elements.length > 0 && random(3) === 0 ? "/" : ""}`;
  };
  const outcomes = new Set<string>();
  for (let round = 0; round < 5_000; round += 1) {
    const rules = Array.from({ length: 1 + random(5) }, () =>
      rule((["Exact", "Prefix"] as const)[random(2)] ?? "Exact", randomPath()),
    );
    const asked = randomPath();
    // `/a/` and `/a` as prefixes are the same rule twice; which of them counts is another test's matter.
    const sameRule = (text: string | undefined) => text?.replace(/^(Prefix .+)\/$/, "$1");
    const expected = sameRule(bySpecification(rules, asked));
    expect([rules, asked, sameRule(find(rules, asked))]).toEqual([rules, asked, expected]);
    outcomes.add(expected?.split(" ")[0] ?? "none");
  }
  expect(outcomes).toEqual(new Set(["Exact", "Prefix", "none"]));
});

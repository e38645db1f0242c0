import { array, assert, boolean, constantFrom, infiniteStream, nat, property, record, subarray } from "fast-check";
import { expect, test } from "vitest";
import { type PathResult, verdicts } from "../path-result.ts";
import { compare } from "./compare.ts";
import { baselineOf, clusterOf, pathOf, runOf } from "./test-compared-run.ts";
import { usualFailOn } from "./worse-than.ts";

const failOn = { failOn: usualFailOn };

test("every kind of change is told, with what was seen or why it is not covered", () => {
  const before = baselineOf([
    pathOf("same"),
    pathOf("breaks"),
    pathOf("flaps"),
    pathOf("lost"),
    pathOf("mended", { verdict: "failed", saw: "timeout; 5 of 5 attempts" }),
    pathOf("fails-still", { verdict: "failed" }),
    pathOf("unknown", { verdict: "broken" }),
    pathOf("was-skipped", { verdict: "skipped" }),
    pathOf("now-skipped"),
    pathOf("gone"),
    pathOf("wobbles"),
  ]);
  const after = runOf([
    pathOf("same"),
    pathOf("breaks", { verdict: "failed", saw: "refused; 5 of 5 attempts" }),
    pathOf("flaps", { verdict: "failed", flap: true, saw: "timeout; 1 of 8 attempts" }),
    pathOf("lost", { verdict: "broken" }),
    pathOf("mended"),
    pathOf("fails-still", { verdict: "failed" }),
    pathOf("unknown", { verdict: "failed", saw: "reset" }),
    pathOf("was-skipped", { verdict: "failed", saw: "refused" }),
    pathOf("now-skipped", { verdict: "skipped", reason: "there is no DNS" }),
    pathOf("added"),
    pathOf("added-and-failed", { verdict: "failed", saw: "timeout" }),
    pathOf("wobbles", { attempts: { total: 9, asExpected: 7 } }),
  ]);
  const { changes, ...rest } = compare(before, after, failOn);
  expect(changes.map(({ change, id, text }) => `${change}  ${id.split("/").at(-1)}  ${text}`)).toMatchInlineSnapshot(`
    [
      "regressed  added-and-failed  timeout; it is not in the baseline",
      "regressed  breaks  refused; 5 of 5 attempts",
      "regressed  lost  could not be looked at: nobody could ask",
      "regressed  unknown  reset; the baseline could not look at it",
      "regressed  was-skipped  refused; it was skipped in the baseline: nobody could ask",
      "fixed  mended  before: timeout; 5 of 5 attempts",
      "new  added  an answer from kind-region-hurup/worker-1/echo; it is not in the baseline",
      "uncovered  gone  there is no DNS",
      "uncovered  now-skipped  there is no DNS",
      "flaky  flaps  timeout; 1 of 8 attempts",
      "flaky  wobbles  passed, but 2 of 9 attempts were not as expected; in the baseline all were",
    ]
  `);
  expect(rest).toMatchInlineSnapshot(`
    {
      "baseline": {
        "paths": 11,
        "run": "before",
        "startedAt": "2026-11-20T09:00:00.000Z",
        "verdict": "findings",
      },
      "compared": 8,
      "failOn": [
        "regressed",
        "uncovered",
      ],
      "matchedBy": "id",
      "remarks": [
        "The baseline has findings itself: the 2 paths that failed in it and fail still are no change.",
      ],
      "slower": [],
    }
  `);
});

test("right after a change, an answer that is late is no sign of trouble", () => {
  const act = (attempts: PathResult["attempts"]) =>
    pathOf("x", {
      attempts,
      way: { rung: "cluster-address", denial: false, backends: [], eachBackend: false, act: "y" },
    });
  const before = baselineOf([act({ total: 8, asExpected: 8 })]);
  expect(compare(before, runOf([act({ total: 9, asExpected: 8 })]), failOn).changes).toEqual([]);
});

test("a failure that a known issue covers is a change all the same, and marked", () => {
  const known = { id: "pods/*", reason: "being mended", expires: "2026-12-01" };
  const { changes } = compare(baselineOf([pathOf("x")]), runOf([pathOf("x", { verdict: "failed", known })]), failOn);
  expect(changes).toMatchObject([{ change: "regressed", known: true }]);
});

test("a path that is not there any more says why", () => {
  const skip = pathOf("x", { id: "dns/names/a", scenario: "dns/names", verdict: "skipped", reason: "it has no DNS" });
  const inCluster = (scenario: string) => pathOf("x", { id: `${scenario}/a/client/a/dns/x`, scenario });
  const before = baselineOf([inCluster("dns/names"), inCluster("mesh/names"), pathOf("x", {}, { cluster: "b" })], {
    clusters: [clusterOf("a", ["w1", "w2"]), clusterOf("b", ["w1", "w2"])],
  });
  const scenarios = [{ name: "dns/names", suite: "dns", claim: "", spec: "", covers: [] }];
  const across = { ...scenarios[0]!, name: "pods/across-nodes" };
  const after = runOf([skip], { scenarios: [...scenarios, across] });
  expect(compare(before, after, failOn).changes.map(({ id, text }) => `${id}: ${text}`)).toMatchInlineSnapshot(`
    [
      "dns/names/a/client/a/dns/x: it has no DNS",
      "mesh/names/a/client/a/dns/x: this run leaves mesh/names out",
      "pods/across-nodes/b/w1/client/b/w2/echo/x: the cluster b is not in this run",
    ]
  `);
});

test("a node that is there and was not chosen leaves its paths uncovered", () => {
  const nodes = [
    { name: "w1", chosen: true },
    { name: "w2", chosen: false, reason: "cordoned" },
  ];
  const after = runOf([pathOf("y")], { clusters: [{ ...clusterOf("a", []), nodes }] });
  const { changes, matchedBy } = compare(baselineOf([pathOf("x"), pathOf("y")]), after, failOn);
  expect(matchedBy).toBe("id");
  expect(changes).toMatchObject([{ change: "uncovered", text: "the node w2 is left out: cordoned" }]);
});

test("nodes that were replaced are compared by role", () => {
  const before = baselineOf([pathOf("http"), pathOf("udp"), pathOf("tcp"), pathOf("gone")]);
  const after = runOf(
    [
      pathOf("http", {}, { to: "w3" }),
      pathOf("udp", { verdict: "failed", saw: "timeout" }, { to: "w3" }),
      pathOf("tcp", { verdict: "skipped", reason: "no" }, { to: "w3" }),
    ],
    { clusters: [clusterOf("a", ["w1", "w3"])] },
  );
  const { changes, matchedBy, remarks, compared } = compare(before, after, failOn);
  expect({ matchedBy, compared, remarks }).toMatchInlineSnapshot(`
    {
      "compared": 2,
      "matchedBy": "role",
      "remarks": [
        "Nodes of the baseline are not there any more: a/w2.",
        "Nodes are new: a/w3.",
        "Paths on nodes that only one of the runs has were compared by role, with those that ask the same on other nodes; their latencies were not compared.",
      ],
    }
  `);
  expect(changes).toMatchInlineSnapshot(`
    [
      {
        "after": "failed",
        "before": "passed",
        "change": "regressed",
        "id": "pods/across-nodes/a/w1/client/a/w3/echo/udp",
        "text": "timeout (by role: 1 path now, 1 path in the baseline)",
      },
      {
        "before": "passed",
        "change": "uncovered",
        "id": "pods/across-nodes/a/w1/client/a/w2/echo/gone",
        "text": "no (by role: 0 paths now, 1 path in the baseline)",
      },
      {
        "after": "skipped",
        "before": "passed",
        "change": "uncovered",
        "id": "pods/across-nodes/a/w1/client/a/w3/echo/tcp",
        "text": "no (by role: 1 path now, 1 path in the baseline)",
      },
    ]
  `);
});

test("a node that went away leaves nothing uncovered that other nodes cover; a new one is compared with all others", () => {
  const three = [clusterOf("a", ["w1", "w2", "w3"])];
  const small = [pathOf("http"), pathOf("udp")];
  const large = [...small, pathOf("http", {}, { to: "w3" }), pathOf("udp", { verdict: "failed" }, { to: "w3" })];
  expect(compare(baselineOf(large, { clusters: three }), runOf(small), failOn).changes).toEqual([]);
  const grown = compare(baselineOf(small), runOf(large, { clusters: three }), failOn);
  expect(grown.changes).toMatchObject([{ change: "regressed", id: large[3]?.id, before: "passed", after: "failed" }]);
});

test("paths within one node are not those between two", () => {
  const within = (node: string, fields: Partial<PathResult> = {}) => pathOf("x", fields, { from: node, to: node });
  const before = baselineOf([within("w1", { verdict: "failed" }), pathOf("x")]);
  const after = runOf([within("w3", { verdict: "failed" }), pathOf("x", {}, { from: "w3", to: "w4" })], {
    clusters: [clusterOf("a", ["w3", "w4"])],
  });
  expect(compare(before, after, failOn).changes).toEqual([]);
});

test("clusters of other names are paired by their UID, by likeness and by order, and said to be", () => {
  const names = [
    ["arn:aws:eks:eu-west-1:1:cluster/x", "prod-eu-1", "first"],
    ["x", "prod-eu-2", "other"],
  ] as const;
  const [before, after] = names.map((contexts, run) =>
    contexts.map((context, index) =>
      clusterOf(context, ["w1", "w2"], { uid: index === 0 ? "same" : `${run}${index}` }),
    ),
  );
  const pathIn = (cluster: string, encoded: string) =>
    pathOf("http", { id: `pods/x/${encoded}/w1/client/${encoded}/w2/echo/http` }, { cluster });
  const compared = compare(
    baselineOf([pathIn(names[0][0], "arn:aws:eks:eu-west-1:1:cluster%2Fx"), pathIn("prod-eu-1", "prod-eu-1")], {
      clusters: before!,
    }),
    runOf([pathIn("x", "x"), pathIn("prod-eu-2", "prod-eu-2")], { clusters: after! }),
    failOn,
  );
  expect(compared).toMatchObject({ matchedBy: "role", compared: 2, changes: [] });
  expect(compared.remarks).toMatchInlineSnapshot(`
    [
      "x is arn:aws:eks:eu-west-1:1:cluster/x of the baseline: both are one cluster by the UID of its namespace kube-system.",
      "prod-eu-2 is taken for prod-eu-1 of the baseline, by their names and order.",
      "other is taken for first of the baseline, by their names and order.",
    ]
  `);
});

test("what makes runs hard to compare is said", () => {
  const before = baselineOf([pathOf("x", { verdict: "broken" })], { verdict: "interrupted" });
  const scenarios = [{ name: "dns/names", suite: "dns", claim: "", spec: "", covers: [] }];
  const after = runOf([pathOf("x")], {
    run: {
      ...before.run,
      id: "now",
      startedAt: "2026-11-01T00:00:00.000Z",
      lab: false,
      command: ["--context", "a", "--host-network", "--baseline=x", "--settle", "5s"],
    },
    versions: { ...before.versions, meshgate: "0.2.0" },
    clusters: [clusterOf("a", ["w1", "w2"], { version: "v1.37.0", uid: "another" })],
    scenarios,
  });
  expect(compare(before, after, failOn).remarks).toMatchInlineSnapshot(`
    [
      "The baseline did not come to its end: what it did not ask counts as new, and as regressed where it fails now.",
      "The baseline began later than this run.",
      "The baseline was made on an embedded lab, and this run was not.",
      "a: another cluster than in the baseline, by the UID of the namespace kube-system.",
      "This run is by meshgate 0.2.0, the baseline by 0.1.0.",
      "a runs Kubernetes v1.37.0, in the baseline v1.36.2.",
      "The baseline leaves suites of this run out: dns.",
      "The options are others: --host-network --settle 5s; in the baseline none.",
    ]
  `);
  expect(compare(after, after, failOn).remarks).toEqual(["The baseline is this run itself."]);
  const ended = (verdict: "interrupted" | "broken") =>
    compare(baselineOf([pathOf("x")]), runOf([pathOf("x")], { verdict }), failOn).remarks[0];
  expect([ended("interrupted"), ended("broken")]).toEqual([
    "The later run did not come to its end: what it did not ask counts as regressed or not covered.",
    "The later run could not look everywhere.",
  ]);
});

const anyPath = record({
  variant: constantFrom("a", "b", "c", "d", "e", "f"),
  verdict: constantFrom(...verdicts),
  flap: boolean(),
  from: constantFrom("w1", "w2", "w3"),
  to: constantFrom("w1", "w2", "w3"),
});
const anyPaths = array(anyPath, { maxLength: 40 }).map((all) =>
  all.map(({ variant, verdict, flap, from, to }) => pathOf(variant, { verdict, flap }, { from, to })),
);
const anyNodes = subarray(["w1", "w2", "w3"], { minLength: 1 });

test("a run has no change against itself, and it does not matter in which order its paths come", () => {
  assert(
    property(anyPaths, anyPaths, anyNodes, anyNodes, infiniteStream(nat()), (old, now, oldNodes, nowNodes, random) => {
      const before = baselineOf(old, { clusters: [clusterOf("a", oldNodes)] });
      const after = runOf(now, { clusters: [clusterOf("a", nowNodes)] });
      expect(compare(after, after, failOn)).toMatchObject({ changes: [], slower: [] });
      const shuffled = (paths: PathResult[]) =>
        paths
          .map((path) => ({ path, at: random.next().value as number }))
          .toSorted((one, other) => one.at - other.at)
          .map(({ path }) => path);
      expect(compare({ ...before, paths: shuffled(old) }, { ...after, paths: shuffled(now) }, failOn)).toEqual(
        compare(before, after, failOn),
      );
    }),
  );
});

test("what is worse one way is better the other way", () => {
  assert(
    property(anyPaths, anyPaths, (old, now) => {
      const [before, after] = [baselineOf(old), runOf(now)];
      const idsOf = (kinds: string[], comparison: ReturnType<typeof compare>, passedBefore: boolean) =>
        comparison.changes
          .filter(({ change, before: was, after: is }) =>
            passedBefore ? was === "passed" && is !== "passed" && kinds.includes(change) : kinds.includes(change),
          )
          .map(({ id }) => id)
          .toSorted();
      expect(idsOf(["regressed", "flaky"], compare(before, after, failOn), true)).toEqual(
        idsOf(["fixed"], compare(after, before, failOn), false),
      );
    }),
  );
});

test("whatever fails now and did not fail before is told, whatever the baseline is", () => {
  assert(
    property(anyPaths, anyPaths, (old, now) => {
      const { changes } = compare(baselineOf(old), runOf(now), failOn);
      const failedBefore = new Set(old.filter(({ verdict }) => verdict === "failed").map(({ id }) => id));
      const worse = now.filter(({ id, verdict }) => verdict === "failed" && !failedBefore.has(id)).map(({ id }) => id);
      const told = changes.filter(({ change, after }) => after === "failed" && change !== "fixed").map(({ id }) => id);
      expect(told.toSorted()).toEqual([...new Set(worse)].toSorted());
    }),
  );
});

import { describe, expect, test } from "vitest";
import type { PathResult } from "../report/path-result.ts";
import { diagnose } from "./diagnose.ts";

/** One question of a policy's scenario, in a world of two clusters of two workers. */
interface Asked {
  direction: "ingress" | "egress";
  act: "open" | "admitted" | "denied" | "lifted";
  variant: string;
  guard: Pod;
  other: Pod;
  admitted: boolean;
}

interface Pod {
  cluster: string;
  node: string;
  name: string;
}

const nodes = ["worker", "worker2"];
const pods = (cluster: string, name: string) => nodes.map((node): Pod => ({ cluster, node, name }));

/** By variant: who is asked or asks, whether policies admit them, and whether they are asked in all acts. */
const rows: [string, (cluster: string) => Pod[], boolean, boolean][] = [
  ["http-label", (cluster) => pods(cluster, "client"), true, true],
  ["http-other-label", (cluster) => pods(cluster, "echo"), false, false],
  ["http-other-label", (cluster) => pods(farOf(cluster), "echo"), false, true],
  ["tcp-other-namespace", (cluster) => pods(cluster, "client"), false, false],
  ["udp-port", (cluster) => pods(cluster, "echo"), true, true],
  ["tcp-namespace", (cluster) => [{ cluster, node: "worker", name: "resident" }], true, true],
  ["http-other-port", (cluster) => [{ cluster, node: "worker", name: "resident" }], false, false],
];
const farOf = (cluster: string) => (cluster === "a" ? "b" : "a");

const asked: Asked[] = ["a", "b"].flatMap((cluster) =>
  pods(cluster, "guarded").flatMap((guard) =>
    (["ingress", "egress"] as const).flatMap((direction) =>
      rows.flatMap(([variant, others, isAdmitted, isThroughout]) =>
        others(cluster).flatMap((other) =>
          (["open", "admitted", "denied", "lifted"] as const)
            .filter((act) => isThroughout || act === "open" || act === "admitted")
            .map((act): Asked => {
              const admitted = act === "admitted" ? isAdmitted : act !== "denied";
              return { direction, act, variant, guard, other, admitted };
            }),
        ),
      ),
    ),
  ),
);

/** What a run says where some questions do not come out as they should. */
function causesOf(isWrong: (asked: Asked) => boolean) {
  const paths = asked.map((each) => resultOf(each, isWrong(each)));
  return diagnose({ results: { clusters: [], paths, troubles: [] }, endpoints: [], confirmed: [] }).causes;
}

function resultOf({ direction, act, variant, guard, other, admitted }: Asked, isWrong: boolean): PathResult {
  const [from, to] = direction === "ingress" ? [other, guard] : [guard, other];
  const isAnswered = admitted !== isWrong;
  const protocol = variant.startsWith("http") ? "tcp/http" : (variant.split("-")[0] ?? "");
  const name = (pod: Pod) => `${pod.cluster}/${pod.node}/${pod.name}`;
  return {
    id: `network-policy/${direction}/${act}/${name(from)}/${name(to)}/${variant}`,
    scenario: `network-policy/${direction}`,
    suite: "network-policy",
    claim: "policies hold",
    group: `${from.cluster} -> ${to.cluster}`,
    title: variant,
    from,
    to,
    protocol,
    verdict: isWrong ? "failed" : "passed",
    flap: false,
    outcome: isAnswered ? "answered" : "timeout",
    expected: admitted ? "an answer" : "no answer",
    saw: isAnswered ? "an answer" : "timeout",
    way: {
      rung: "pod",
      port: 8080,
      denial: !admitted,
      fromNode: from.node,
      toNode: to.node,
      backends: admitted ? [to] : [],
      eachBackend: false,
      act,
    },
    attempts: { total: isWrong ? 6 : 9, asExpected: isWrong ? 0 : 9 },
    timings: { totalMs: 1 },
  };
}

const isOfA = ({ guard }: Asked) => guard.cluster === "a";
const isOnNode = (each: Asked) => isOfA(each) && each.guard.node === "worker2";

describe("one cause, of those who enforce policies, also where only some rules are not followed", () => {
  test.each<[string, string, (asked: Asked) => boolean]>([
    ["nothing is enforced on a node", "open policy/a/worker2", (each) => isOnNode(each) && !each.admitted],
    ["nothing is enforced in a cluster", "open policy/a", (each) => isOfA(each) && !each.admitted],
    [
      "pods of any label are admitted",
      "open policy/a",
      (each) => isOfA(each) && !each.admitted && each.act === "admitted" && each.variant === "http-other-label",
    ],
    [
      "any port is admitted",
      "open policy/a",
      (each) => isOfA(each) && !each.admitted && each.act === "admitted" && each.variant === "http-other-port",
    ],
    [
      "pods of any namespace are admitted on a node",
      "open policy/a/worker2",
      (each) => isOnNode(each) && !each.admitted && each.act === "admitted" && each.variant === "tcp-other-namespace",
    ],
    [
      "nobody is admitted by namespace",
      "lost policy/a",
      (each) => isOfA(each) && each.admitted && each.act === "admitted" && each.variant === "tcp-namespace",
    ],
    [
      "nobody is admitted on a node",
      "lost policy/a/worker2",
      (each) => isOnNode(each) && each.admitted && each.act === "admitted",
    ],
    [
      "policies that are gone go on to admit and to deny",
      "stale policy/a/worker2",
      (each) =>
        isOnNode(each) &&
        ((each.act === "denied" && each.variant !== "http-other-label") ||
          (each.act === "lifted" && each.variant === "http-other-label")),
    ],
  ])("%s: %s", (_, id, isWrong) => {
    const causes = causesOf(isWrong);
    expect(causes.map((cause) => cause.id)).toEqual([id]);
  });

  test("the sentence says which rules", () => {
    const [cause] = causesOf(
      (each) => isOfA(each) && !each.admitted && each.act === "admitted" && /other-(label|port)$/.test(each.variant),
    );
    expect(cause?.text).toContain("ingress by label and port, egress by label and port");
  });
});

test("what is seen with one pod only is told of all nodes, and not with high confidence", () => {
  const [first] = causesOf(
    ({ variant, guard, act }) => variant === "tcp-namespace" && act === "admitted" && guard.cluster === "a",
  );
  expect(first).toMatchObject({ id: "lost policy/a", confidence: "medium" });
  const [sure] = causesOf(
    ({ variant, guard, act }) => variant === "http-label" && act === "admitted" && guard.cluster === "a",
  );
  expect(sure).toMatchObject({ id: "lost policy/a", confidence: "high" });
});

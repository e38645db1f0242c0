import { beforeEach, expect, test } from "vitest";
import { answerOf, silence } from "../fixture.ts";
import type { Hands } from "../hands.ts";
import { tryPolicies } from "./policy-trial.ts";
import type { Sighting } from "../question.ts";
import { type LiveFacts, namespacesOf, podKey, viewCluster } from "../world.ts";

const nodes = ["worker", "worker2"].map((name) => ({ name, addresses: ["172.19.0.2"] }));
const live: LiveFacts = {
  namespaces: namespacesOf("r"),
  pods: new Map(),
  services: new Map(),
  domains: new Map(),
  takenNodePorts: new Map(),
  takenAway: new Set(),
};
const cluster = viewCluster("athens", nodes, [], live);
for (const [index, pod] of cluster.workloads("guarded").entries())
  live.pods.set(podKey(pod), { addresses: [`10.0.0.${index}`], uid: pod.name, name: "g", node: "n", restartCount: 0 });

const changes: string[] = [];
beforeEach(() => void changes.splice(0));
const hands = {
  apply: () => Promise.resolve(void changes.push("applied")),
  remove: () => Promise.resolve(void changes.push("removed")),
} as unknown as Hands;
const signal = new AbortController().signal;

function trial(answer: (host: string) => Sighting, by: Partial<Hands> = {}) {
  return tryPolicies(cluster, {
    hands: { ...hands, ...by },
    signal,
    patienceMs: 1_500,
    ask: (from, questions) =>
      Promise.resolve(
        questions.map((question) => {
          if (question.kind !== "http" || from.kind !== "pod") throw new Error("only pods are asked");
          return answer(question.host);
        }),
      ),
  });
}
const isolated = () => changes.includes("applied") && !changes.includes("removed");
const answered = answerOf(cluster.workloads("guarded")[0] ?? cluster.workload("none"));

test("one pod that falls silent is enough, and the policy is taken back", async () => {
  expect(await trial((host) => (isolated() && host === "10.0.0.1" ? silence("timeout") : answered))).toBeNull();
  expect(changes).toEqual(["applied", "removed"]);
});

test("pods that never answered prove nothing, and are left to the scenarios", async () => {
  expect(await trial(() => silence("timeout"))).toBeNull();
  expect(changes).toEqual([]);
});

test("who may not make policies hears of it later", async () => {
  expect(await trial(() => answered, { apply: () => Promise.reject(new Error("forbidden")) })).toBeNull();
});

test("pods that all go on answering make it a missing feature; neither a lost packet nor a lost answer is silence", async () => {
  let asked = 0;
  const reason = await trial(() => {
    asked += 1;
    if (asked === 10) return silence("timeout");
    return asked % 7 === 0 ? silence("not-run") : answered;
  }, {});
  expect(reason).toMatch(/^nothing enforces NetworkPolicies/);
  expect(changes).toEqual(["applied", "removed"]);
});

import { expect, test } from "vitest";
import type { KubeObject } from "../model.ts";
import { acceptsNode, preferredNodeWeight } from "./node-affinity.ts";

const node: KubeObject = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "athens-worker", labels: { disk: "ssd", cores: "8" } },
};

const required = (...nodeSelectorTerms: unknown[]) => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
});
const named = (...values: string[]) => ({ matchFields: [{ key: "metadata.name", operator: "In", values }] });
const labelled = (key: string, operator: string, ...values: string[]) => ({
  matchExpressions: [{ key, operator, values }],
});

test.for([
  ["no wish", {}, true],
  ["a node selector that fits", { nodeSelector: { disk: "ssd" } }, true],
  ["a node selector that does not fit", { nodeSelector: { disk: "hdd" } }, false],
  ["its name", required(named("athens-worker")), true],
  ["another name", required(named("athens-worker2")), false],
  ["another name or its name", required(named("athens-worker2"), named("athens-worker")), true],
  ["its name with a label it lacks", required({ ...named("athens-worker"), ...labelled("gpu", "Exists") }), false],
  ["a greater number", required(labelled("cores", "Gt", "4")), true],
  ["a smaller number", required(labelled("cores", "Lt", "8")), false],
  ["a label it must not have", required(labelled("disk", "DoesNotExist")), false],
  ["a value it must not have", required(labelled("disk", "NotIn", "hdd")), true],
  ["an empty term", required({}), false],
  ["no term", required(), false],
  [
    "affinity and a node selector that does not fit",
    { ...required(named("athens-worker")), nodeSelector: { disk: "x" } },
    false,
  ],
] as const)("%s", ([, spec, accepted]) => {
  expect(acceptsNode(spec, node)).toBe(accepted);
});

test("preferred terms add their weights", () => {
  const preferredDuringSchedulingIgnoredDuringExecution = [
    { weight: 10, preference: labelled("disk", "In", "ssd") },
    { weight: 5, preference: labelled("disk", "In", "hdd") },
    { weight: 1, preference: labelled("cores", "Exists") },
  ];
  expect(
    preferredNodeWeight({ affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution } } }, node),
  ).toBe(11);
});

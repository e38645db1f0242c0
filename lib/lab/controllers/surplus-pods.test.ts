import { expect, test } from "vitest";
import type { KubeObject } from "../model.ts";
import { byDeletionPreference } from "./surplus-pods.ts";

interface Sketch {
  node?: string;
  phase?: string;
  readySince?: string;
  created?: string;
  cost?: string;
}

function pod(name: string, { node, phase, readySince, created, cost }: Sketch): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      creationTimestamp: created ?? "2026-01-01T00:00:00Z",
      annotations: cost === undefined ? {} : { "controller.kubernetes.io/pod-deletion-cost": cost },
    },
    spec: { nodeName: node },
    status: {
      phase: phase ?? "Running",
      conditions: readySince === undefined ? [] : [{ type: "Ready", status: "True", lastTransitionTime: readySince }],
    },
  };
}

const day = (number: number) => `2026-01-0${number}T00:00:00Z`;

test("gives up unassigned, pending, unready, crowded and young pods first, in this order", () => {
  const pods = [
    pod("old", { node: "a", readySince: day(2) }),
    pod("younger", { node: "b", readySince: day(2), created: day(2) }),
    pod("ready later", { node: "c", readySince: day(3) }),
    pod("crowded 1", { node: "d", readySince: day(1) }),
    pod("crowded 2", { node: "d", readySince: day(2) }),
    pod("cheap", { node: "e", readySince: day(1), cost: "-5" }),
    pod("not ready", { node: "f" }),
    pod("pending", { node: "g", phase: "Pending" }),
    pod("unassigned", { phase: "Pending" }),
  ];
  const order = pods.toSorted(byDeletionPreference(pods)).map(({ metadata }) => metadata.name);
  expect(order).toEqual([
    "unassigned",
    "pending",
    "not ready",
    "cheap",
    "crowded 2",
    "crowded 1",
    "ready later",
    "younger",
    "old",
  ]);
});

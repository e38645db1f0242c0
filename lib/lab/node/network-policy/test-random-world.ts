import type { KubeObject } from "../../model.ts";
import type { PolicyPod, PolicyWorld } from "./policy-world.ts";

/** Chooses by a number, the same ones for the same seed. */
export interface Chance {
  below(count: number): number;
  oneOf<Item>(items: readonly Item[]): Item;
  /** Each item with even odds. */
  someOf<Item>(items: readonly Item[]): Item[];
}

export const nodeNames = ["one", "two"] as const;

/** Addresses beside the pods': of nodes, of another cluster's pods, of the world. */
export const strangers = ["172.19.0.3", "10.2.1.4", "10.0.0.200"];

export const askedPorts = [80, 81, 8080, 9000] as const;

export function chance(seed: number): Chance {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    below: (count) => Math.floor(next() * count),
    oneOf: (items) => items[Math.floor(next() * items.length)]!,
    someOf: (items) => items.filter(() => next() < 0.5),
  };
}

/** Makes a small cluster in which much is alike, so that rules meet. */
export function randomWorld(by: Chance): PolicyWorld {
  const names = ["shop", "mail", "bare"];
  const namespaces = new Map(names.map((name) => [name, name === "bare" ? {} : randomLabels(by)]));
  const pods = Array.from({ length: 2 + by.below(5) }, (_, index) => randomPod(by, index, by.oneOf(names)));
  const policies = Array.from({ length: by.below(5) }, (_, index) =>
    randomPolicy(by, `policy-${index}`, by.oneOf(names)),
  );
  return { pods, namespaces, policies };
}

function randomPod(by: Chance, index: number, namespace: string): PolicyPod {
  const nodeName = by.oneOf(nodeNames);
  return {
    uid: `uid-${index}`,
    namespace,
    name: `pod-${index}`,
    labels: randomLabels(by),
    nodeName,
    addresses: by.below(8) === 0 ? [] : [`10.0.${nodeNames.indexOf(nodeName)}.${index + 2}`],
    ports: by.someOf([
      { name: "web", protocol: "TCP", port: by.oneOf(askedPorts) },
      { name: "talk", protocol: "UDP", port: by.oneOf(askedPorts) },
    ]),
  };
}

function randomLabels(by: Chance): Record<string, string> {
  return Object.fromEntries(by.someOf(["app", "tier"]).map((key) => [key, by.oneOf(["a", "b"])]));
}

function randomPolicy(by: Chance, name: string, namespace: string): KubeObject {
  const rules = (side: "from" | "to"): object[] =>
    Array.from({ length: by.below(3) }, () => ({
      ...(by.below(3) > 0 && { [side]: Array.from({ length: by.below(3) }, () => randomPeer(by)) }),
      ...(by.below(3) > 0 && { ports: Array.from({ length: by.below(3) }, () => randomPort(by)) }),
    }));
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec: {
      podSelector: randomSelector(by),
      policyTypes: by.oneOf([["Ingress"], ["Egress"], ["Ingress", "Egress"]]),
      ...(by.below(4) > 0 && { ingress: rules("from") }),
      ...(by.below(4) > 0 && { egress: rules("to") }),
    },
  };
}

function randomPeer(by: Chance): object {
  if (by.below(3) === 0) {
    const block = by.oneOf([
      { cidr: "0.0.0.0/0", except: by.someOf(["10.0.0.0/16", "10.0.1.0/24", "10.2.0.0/16"]) },
      { cidr: "10.0.0.0/15", except: by.someOf(["10.0.0.2/32", "10.0.1.0/30"]) },
      { cidr: "172.19.0.0/16" },
    ]);
    return { ipBlock: block };
  }
  const both = { podSelector: randomSelector(by), namespaceSelector: randomSelector(by) };
  return by.oneOf([both, { podSelector: both.podSelector }, { namespaceSelector: both.namespaceSelector }]);
}

function randomSelector(by: Chance): object {
  const key = by.oneOf(["app", "tier"]);
  const expression = by.oneOf([
    { key, operator: "In", values: ["a"] },
    { key, operator: "NotIn", values: ["a"] },
    { key, operator: "Exists" },
    { key, operator: "DoesNotExist" },
  ]);
  return by.oneOf([{}, { matchLabels: { [key]: by.oneOf(["a", "b"]) } }, { matchExpressions: [expression] }]);
}

function randomPort(by: Chance): object {
  return by.oneOf([
    { protocol: "TCP", port: by.oneOf(askedPorts) },
    { protocol: "UDP", port: by.oneOf(askedPorts) },
    { protocol: "TCP", port: 80, endPort: 80 + by.below(9000) },
    { protocol: "TCP", port: "web" },
    { protocol: "UDP", port: "talk" },
    { protocol: "UDP", port: "web" },
    { protocol: by.oneOf(["TCP", "UDP"]) },
  ]);
}

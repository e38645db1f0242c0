import { expect, test } from "vitest";
import type { KubeObject } from "../../model.ts";
import type { PolicyPod } from "../../node/network-policy/policy-world.ts";
import { mayConnect } from "../../node/network-policy/test-verdict.ts";
import { lookedAt } from "./test-look.ts";

const pod = (name: string, address: string, namespace = "shop"): PolicyPod => ({
  uid: name,
  namespace,
  name,
  labels: { app: name },
  nodeName: "one",
  addresses: [address],
  ports: [],
});
const addresses: Record<string, string> = {
  guarded: "10.0.1.2",
  client: "10.0.1.3",
  other: "10.0.1.4",
  resident: "10.0.1.5",
  server: "10.0.1.6",
};
const pods = Object.entries(addresses).map(([name, address]) =>
  pod(name, address, name === "resident" ? "home" : "shop"),
);
const namespaces = new Map([
  ["shop", { name: "shop" }],
  ["home", { name: "home" }],
]);
const policies: KubeObject[] = [
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "guard", namespace: "shop" },
    spec: {
      podSelector: { matchLabels: { app: "guarded" } },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        { from: [{ podSelector: { matchLabels: { app: "client" } } }], ports: [{ protocol: "TCP", port: 80 }] },
        { from: [{ namespaceSelector: { matchLabels: { name: "home" } } }], ports: [{ protocol: "TCP", port: 81 }] },
        { ports: [{ protocol: "UDP", port: 82 }] },
      ],
      egress: [
        { ports: [{ protocol: "UDP", port: 53 }] },
        {
          ports: [
            { protocol: "TCP", port: 5353 },
            { protocol: "TCP", port: 90 },
          ],
        },
      ],
    },
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "block", namespace: "shop" },
    spec: {
      podSelector: { matchLabels: { app: "server" } },
      policyTypes: ["Ingress"],
      ingress: [
        { from: [{ ipBlock: { cidr: "10.0.1.2/31" } }], ports: [{ protocol: "TCP", port: 80 }] },
        {
          from: [{ ipBlock: { cidr: "10.0.1.0/24", except: ["10.0.1.3/32"] } }],
          ports: [{ protocol: "TCP", port: 81 }],
        },
      ],
    },
  },
];

const questions = [
  "client guarded tcp 80",
  "client guarded tcp 90",
  "other guarded tcp 80",
  "client guarded tcp 81",
  "resident guarded tcp 81",
  "other guarded udp 82",
  "other guarded tcp 82",
  "guarded other udp 53",
  "guarded other tcp 5353",
  "guarded other tcp 90",
  "guarded other tcp 80",
  "client server tcp 80",
  "other server tcp 80",
  "client server tcp 81",
  "other server tcp 81",
];

/** The questions that policies answer otherwise than they should where they are seen so. */
function differing(view: string, seen = policies): string[] {
  const seenPolicies = lookedAt(`network-policy.${view}`, "networkpolicies.networking.k8s.io", seen);
  return questions.filter((question) => {
    const [from = "", to = "", protocol = "", port] = question.split(" ");
    const packet = { from: addresses[from] ?? "", to: addresses[to] ?? "", protocol, port: Number(port) };
    const verdict = (of: readonly KubeObject[]) => mayConnect({ pods, namespaces, policies: of }, packet);
    return verdict(seenPolicies) !== verdict(seen);
  });
}

test.each<[view: string, differing: string[]]>([
  [
    "none",
    [
      "client guarded tcp 90",
      "other guarded tcp 80",
      "client guarded tcp 81",
      "other guarded tcp 82",
      "guarded other tcp 80",
      "other server tcp 80",
      "client server tcp 81",
    ],
  ],
  [
    "no-ingress",
    [
      "client guarded tcp 90",
      "other guarded tcp 80",
      "client guarded tcp 81",
      "other guarded tcp 82",
      "other server tcp 80",
      "client server tcp 81",
    ],
  ],
  ["no-egress", ["guarded other tcp 80"]],
  [
    "admits-nobody",
    [
      "client guarded tcp 80",
      "resident guarded tcp 81",
      "other guarded udp 82",
      "guarded other udp 53",
      "guarded other tcp 5353",
      "guarded other tcp 90",
      "client server tcp 80",
      "other server tcp 81",
    ],
  ],
  ["any-label", ["other guarded tcp 80"]],
  ["any-namespace", ["client guarded tcp 81"]],
  ["no-namespaces", ["resident guarded tcp 81"]],
  [
    "any-port",
    [
      "client guarded tcp 90",
      "other guarded tcp 80",
      "client guarded tcp 81",
      "other guarded tcp 82",
      "guarded other tcp 80",
      "client server tcp 81",
      "other server tcp 80",
    ],
  ],
  ["any-protocol", ["other guarded tcp 82"]],
  ["any-block", ["other server tcp 80"]],
  ["no-except", ["client server tcp 81"]],
  ["no-dns", ["guarded other udp 53", "guarded other tcp 5353"]],
])("%s", (view, expected) => {
  expect(differing(view).toSorted()).toEqual(expected.toSorted());
});

test("stale: a policy that is gone is seen on", () => {
  const policyNames = (there: KubeObject[]) =>
    lookedAt("network-policy.stale", "networkpolicies.networking.k8s.io", there, policies).map(
      ({ metadata }) => metadata.name,
    );
  expect(policyNames([])).toEqual(["guard", "block"]);
  expect(policyNames(policies.slice(1))).toEqual(["block", "guard"]);
});

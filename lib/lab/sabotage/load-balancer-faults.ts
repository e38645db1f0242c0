import type { Fault } from "./fault.ts";
import { viewStep } from "./view-step.ts";

const athens = "region-athens";
const hurup = "region-hurup";
const context = `kind-${athens}`;
const balancer = `load-balancer/${context}`;
const toAthens = /\/kind-region-athens\/balanced[^/]*\//;
const toHurup = /\/kind-region-hurup\/balanced[^/]*\//;

/** Faults of load balancers' addresses: who gets one, who answers for it, and for how long. */
export const loadBalancerFaults: Fault[] = [
  {
    id: "balancer-never-assigned",
    breaks: "nobody gives new Services of type LoadBalancer an address",
    topology: "two-regions",
    when: "before-deployment",
    steps: [viewStep(athens, "load-balancer.no-services")],
    asks: ["load-balancer/address", "node-port/every-node"],
    mustRed: [{ scenario: "load-balancer/address", id: toAthens }],
    mustStayGreen: [{ scenario: "load-balancer/address", id: toHurup }, { scenario: "node-port/every-node" }],
    causes: [`missing ${balancer}`],
  },
  {
    id: "balancer-not-announced",
    breaks: "no node of a cluster answers for the addresses of its load balancers",
    topology: "two-regions",
    steps: [viewStep(athens, "speaker.no-services")],
    asks: ["load-balancer/address", "load-balancer/from-outside", "load-balancer/from-pods", "node-port/every-node"],
    mustRed: [
      { scenario: "load-balancer/from-outside", id: toAthens },
      { scenario: "load-balancer/from-pods", id: /\/kind-region-hurup\/[^/]+\/client\/kind-region-athens\// },
    ],
    mustStayGreen: [
      { scenario: "load-balancer/address" },
      { scenario: "load-balancer/from-outside", id: toHurup },
      { scenario: "load-balancer/from-pods", id: toHurup },
      { scenario: "node-port/every-node" },
    ],
    causes: [`lost ${balancer}`, `missing ${balancer}`],
  },
  {
    id: "balancer-announced-by-other-cluster",
    breaks: "another cluster answers for the addresses of a cluster's load balancers",
    topology: "two-regions",
    steps: [
      viewStep(athens, "speaker.no-services"),
      viewStep(hurup, "kube-proxy.foreign-address"),
      viewStep(hurup, "speaker.foreign-address"),
    ],
    asks: ["load-balancer/from-outside", "load-balancer/from-pods", "load-balancer/own-pool"],
    mustRed: [
      { scenario: "load-balancer/from-outside", id: toAthens },
      { scenario: "load-balancer/from-pods", id: /\/kind-region-hurup\/[^/]+\/client\/kind-region-athens\// },
    ],
    mustStayGreen: [
      { scenario: "load-balancer/from-outside", id: toHurup },
      { scenario: "load-balancer/from-pods", id: toHurup },
      { scenario: "load-balancer/own-pool" },
    ],
    causes: [`wrong ${balancer}`],
  },
  {
    id: "balancer-address-of-no-pool",
    breaks: "load balancers get addresses that are in no pool of their cluster",
    topology: "two-regions",
    steps: [viewStep(athens, "load-balancer.other-pool")],
    asks: ["load-balancer/own-pool", "load-balancer/unique-address", "node-port/every-node"],
    mustRed: [{ scenario: "load-balancer/own-pool", id: toAthens }],
    mustStayGreen: [
      { scenario: "load-balancer/own-pool", id: toHurup },
      { scenario: "load-balancer/unique-address" },
      { scenario: "node-port/every-node" },
    ],
    causes: [`wrong ${balancer}`, `wrong claim/load-balancer/own-pool/${context}`],
  },
  {
    id: "balancer-pools-overlap",
    breaks: "a cluster gives its load balancers addresses of another cluster's pool",
    topology: "two-regions",
    steps: [
      {
        kind: "object",
        cluster: athens,
        resource: "metallb.io/v1beta1/ipaddresspools",
        namespace: "metallb-system",
        name: "pool",
        make: { spec: { addresses: ["172.19.255.101-172.19.255.200"] } },
        undo: { spec: { addresses: ["172.19.255.1-172.19.255.100"] } },
      },
    ],
    asks: ["load-balancer/pools-apart", "load-balancer/unique-address", "node-port/every-node"],
    mustRed: [{ scenario: "load-balancer/pools-apart" }, { scenario: "load-balancer/unique-address" }],
    mustStayGreen: [{ scenario: "node-port/every-node" }],
    causes: [
      `wrong ${balancer}`,
      `wrong load-balancer/kind-${hurup}`,
      `wrong claim/load-balancer/pools-apart/${context}`,
    ],
  },
  {
    id: "balancer-serves-unready",
    breaks: "the EndpointSlices of a load balancer's Service have pods that are not ready as if they were",
    topology: "two-regions",
    steps: [viewStep(athens, "endpoint-slice.balancer-readiness-ignored")],
    asks: ["load-balancer/only-ready", "load-balancer/from-pods", "services/unready-pod"],
    mustRed: [{ scenario: "load-balancer/only-ready", id: toAthens }],
    mustStayGreen: [
      { scenario: "load-balancer/only-ready", id: /-direct$|\/kind-region-hurup\/balanced-ready\// },
      { scenario: "load-balancer/from-pods" },
      { scenario: "services/unready-pod" },
    ],
    causes: [
      `wrong backend/${context}/run/balanced-ready`,
      `wrong service/${context}/run/balanced-ready`,
      `wrong ${balancer}`,
    ],
  },
  {
    id: "deleted-balancer-answers",
    breaks: "the address of a load balancer answers on after its Service is deleted",
    topology: "two-regions",
    steps: [viewStep(athens, "kube-proxy.stale-services"), viewStep(athens, "speaker.stale-services")],
    asks: ["load-balancer/deleted", "load-balancer/from-outside"],
    mustRed: [{ scenario: "load-balancer/deleted", id: /\/after\/.*\/kind-region-athens\/balanced-deleted\// }],
    mustStayGreen: [
      { scenario: "load-balancer/deleted", id: /\/before\/|\/kind-region-hurup\/balanced-deleted\// },
      { scenario: "load-balancer/from-outside" },
    ],
    causes: [`stale ${balancer}`],
  },
];

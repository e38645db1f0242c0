import type { Fault } from "./fault.ts";
import { viewStep } from "./view-step.ts";

const athens = "region-athens";
const context = `kind-${athens}`;
const worker = `${athens}-worker`;
const other = `${athens}-worker2`;
const fromWorker = new RegExp(`/${worker}/client/`);
const fromOther = new RegExp(`/${other}/client/`);
const inAthens = new RegExp(`/${context}/`);

/** Faults of how Services lead to pods: of proxies, and of those who list endpoints. */
export const serviceFaults: Fault[] = [
  {
    id: "service-missing-on-node",
    breaks: "the proxy of one node knows nothing of a Service",
    topology: "two-regions",
    steps: [viewStep(athens, "kube-proxy.no-service", worker)],
    asks: ["services/cluster-address", "services/session-affinity", "services/headless", "pod-to-pod/across-nodes"],
    mustRed: [{ scenario: "services/cluster-address", id: fromWorker }],
    mustStayGreen: [
      { scenario: "services/cluster-address", id: fromOther },
      { scenario: "services/session-affinity" },
      { scenario: "services/headless" },
      { scenario: "pod-to-pod/across-nodes" },
    ],
    causes: [
      `lost service/${context}/${worker}/run/echo`,
      `missing service/${context}/${worker}/run/echo`,
      `refused service/${context}/${worker}/run/echo`,
    ],
  },
  {
    id: "endpoint-missing-on-node",
    breaks: "the proxy of one node never learned of an endpoint",
    topology: "two-regions",
    steps: [viewStep(athens, "kube-proxy.missing-endpoint", worker)],
    asks: ["services/every-backend", "services/cluster-address", "service-dns/headless"],
    mustRed: [{ scenario: "services/every-backend", id: fromWorker }],
    mustStayGreen: [
      { scenario: "services/every-backend", id: fromOther },
      { scenario: "services/cluster-address" },
      { scenario: "service-dns/headless" },
    ],
    causes: [
      `missing proxy/${context}/${worker}`,
      `wrong proxy/${context}/${worker}`,
      `missing service/${context}/${worker}/run/echo`,
      `wrong service/${context}/${worker}/run/echo`,
    ],
  },
  {
    id: "endpoint-never-added",
    breaks: "the EndpointSlice controller leaves out a ready pod",
    topology: "two-regions",
    steps: [viewStep(athens, "endpoint-slice.missing-pod")],
    asks: ["services/every-backend", "services/cluster-address", "pod-to-pod/across-nodes"],
    mustRed: [
      { scenario: "services/every-backend", id: fromWorker },
      { scenario: "services/every-backend", id: fromOther },
    ],
    mustStayGreen: [{ scenario: "services/cluster-address" }, { scenario: "pod-to-pod/across-nodes" }],
    causes: [`missing backend/${context}/run/echo`, `wrong backend/${context}/run/echo`],
  },
  {
    id: "stale-endpoint-on-node",
    breaks: "the proxy of one node never hears that an endpoint is gone",
    topology: "two-regions",
    steps: [viewStep(athens, "kube-proxy.stale-endpoints", worker)],
    asks: ["global-service/fail-over", "services/every-backend"],
    mustRed: [{ scenario: "global-service/fail-over", id: fromWorker }],
    mustStayGreen: [{ scenario: "global-service/fail-over", id: fromOther }, { scenario: "services/every-backend" }],
    causes: [`stale proxy/${context}/${worker}`],
  },
  {
    id: "wrong-target-port",
    breaks: "a Service's ports lead to target ports at which nobody listens",
    topology: "two-regions",
    steps: [viewStep(athens, "endpoint-slice.wrong-target-port")],
    asks: ["services/target-port", "services/every-backend"],
    mustRed: [{ scenario: "services/target-port", id: /\/kind-region-athens\/echo-numbered\/(http|tcp|udp)-/ }],
    mustStayGreen: [{ scenario: "services/target-port", id: /\/echo\// }, { scenario: "services/every-backend" }],
    causes: [
      `refused backend/${context}/run/echo-numbered`,
      `wrong backend/${context}/run/echo-numbered`,
      `refused service/${context}/run/echo-numbered`,
      `wrong service/${context}/run/echo-numbered`,
    ],
  },
  {
    id: "session-affinity-ignored",
    breaks: "the proxies of a cluster send a client to any backend of a Service with session affinity",
    topology: "two-regions",
    steps: [viewStep(athens, "kube-proxy.no-affinity")],
    asks: ["services/session-affinity", "services/every-backend"],
    mustRed: [{ scenario: "services/session-affinity", id: inAthens }],
    mustStayGreen: [{ scenario: "services/every-backend" }],
    causes: [
      `wrong proxy/${context}`,
      `wrong service/${context}/run/echo-affinity`,
      `wrong claim/services/session-affinity/${context}`,
    ],
  },
  {
    id: "unready-pod-served",
    breaks: "the EndpointSlices of a Service have pods that are not ready as if they were",
    topology: "two-regions",
    steps: [viewStep(athens, "endpoint-slice.readiness-ignored")],
    asks: ["services/unready-pod", "services/every-backend"],
    mustRed: [{ scenario: "services/unready-pod", id: /\/kind-region-athens\/ready-only\// }],
    mustStayGreen: [
      { scenario: "services/unready-pod", id: /-direct$|-ignored$/ },
      { scenario: "services/every-backend" },
    ],
    causes: [
      `wrong backend/${context}/run/ready-only`,
      `wrong backend/${context}/run/balanced-ready`,
      `wrong service/${context}/run/ready-only`,
    ],
  },
  {
    id: "unready-pod-served-on-node",
    breaks: "the proxy of one node sends clients also to pods that are not ready",
    topology: "two-regions",
    steps: [viewStep(athens, "kube-proxy.readiness-ignored", worker)],
    asks: ["services/unready-pod", "services/every-backend"],
    mustRed: [{ scenario: "services/unready-pod", id: new RegExp(`/${worker}/client/.*/ready-only/`) }],
    mustStayGreen: [
      { scenario: "services/unready-pod", id: new RegExp(`/${other}/client/|-direct$|-ignored$`) },
      { scenario: "services/every-backend" },
    ],
    causes: [
      `wrong proxy/${context}/${worker}`,
      `stale proxy/${context}/${worker}`,
      `wrong service/${context}/${worker}/run/ready-only`,
    ],
  },
  {
    id: "empty-service-answers",
    breaks: "a Service that selects no pod leads to those of another one",
    topology: "two-regions",
    steps: [viewStep(athens, "endpoint-slice.foreign-selector")],
    asks: ["services/no-endpoints", "services/every-backend"],
    mustRed: [{ scenario: "services/no-endpoints", id: /\/kind-region-athens\/empty\// }],
    mustStayGreen: [{ scenario: "services/no-endpoints", id: /-control$/ }, { scenario: "services/every-backend" }],
    causes: [`open service/${context}/run/empty`, `open backend/${context}/run/empty`],
  },
  {
    id: "node-port-closed-on-node",
    breaks: "one node forwards no node port",
    topology: "two-regions",
    steps: [viewStep(athens, "kube-proxy.no-node-ports", worker)],
    asks: ["node-port/every-node", "services/cluster-address"],
    mustRed: [
      { scenario: "node-port/every-node", id: new RegExp(`/${context}/${worker}/node/(http|tcp|udp)-forwards`) },
    ],
    mustStayGreen: [
      { scenario: "node-port/every-node", id: new RegExp(`/${context}/${other}/node/|/kind-region-hurup/[^/]+/node/`) },
      { scenario: "services/cluster-address" },
    ],
    causes: [
      `refused node-port/${context}/${worker}`,
      `lost node-port/${context}/${worker}`,
      `missing node-port/${context}/${worker}`,
    ],
  },
  {
    id: "node-ports-swapped-on-node",
    breaks: "one node forwards node ports to the wrong Services",
    topology: "two-regions",
    steps: [viewStep(athens, "kube-proxy.swapped-node-ports", worker)],
    asks: ["node-port/every-node", "services/cluster-address"],
    mustRed: [
      { scenario: "node-port/every-node", id: new RegExp(`/${context}/${worker}/node/(http|tcp|udp)-forwards`) },
    ],
    mustStayGreen: [
      { scenario: "node-port/every-node", id: new RegExp(`/${context}/${other}/node/|-nothing-else$`) },
      { scenario: "services/cluster-address" },
    ],
    causes: [`wrong node-port/${context}/${worker}`],
  },
  {
    id: "local-policy-ignored",
    breaks: "the nodes of a cluster forward what is to stay on its node, and in their own name",
    topology: "two-regions",
    steps: [viewStep(athens, "kube-proxy.cluster-policy")],
    asks: ["node-port/local-policy", "load-balancer/client-address", "node-port/every-node"],
    mustRed: [
      { scenario: "node-port/local-policy", id: new RegExp(`/${context}/${other}/node/.*-no-backend`) },
      { scenario: "node-port/local-policy", id: new RegExp(`/${context}/${worker}/node/.*-backend`) },
      { scenario: "load-balancer/client-address", id: inAthens },
    ],
    mustStayGreen: [
      { scenario: "node-port/local-policy", id: /kind-region-hurup/ },
      { scenario: "load-balancer/client-address", id: /kind-region-hurup/ },
      { scenario: "node-port/every-node" },
    ],
    causes: [`wrong node-port/${context}`, `open node-port/${context}`, `wrong masquerade/${context}`],
  },
  {
    id: "node-ports-out-of-range",
    breaks: "the API server gives Services node ports out of the range that it is known for",
    topology: "two-regions",
    when: "before-deployment",
    steps: [viewStep(athens, "api-server.node-port-range")],
    asks: ["node-port/allocated-range", "node-port/every-node"],
    mustRed: [{ scenario: "node-port/allocated-range", id: inAthens }],
    mustStayGreen: [
      { scenario: "node-port/allocated-range", id: /kind-region-hurup/ },
      { scenario: "node-port/every-node" },
    ],
    causes: [`wrong node-port/${context}`, `wrong claim/node-port/allocated-range/${context}`],
  },
  {
    id: "health-check-closed-on-node",
    breaks: "one node does not tell load balancers whether it has backends",
    topology: "two-regions",
    steps: [viewStep(athens, "kube-proxy.no-health-check", other)],
    asks: ["node-port/health-check", "node-port/every-node"],
    mustRed: [{ scenario: "node-port/health-check", id: new RegExp(`/${context}/${other}/node/no-backend`) }],
    mustStayGreen: [
      {
        scenario: "node-port/health-check",
        id: new RegExp(`/${context}/${worker}/node/|kind-region-hurup/[^/]+/node`),
      },
      { scenario: "node-port/every-node" },
    ],
    causes: [
      `refused node-port/${context}/${other}`,
      `missing node-port/${context}/${other}`,
      `wrong node-port/${context}/${other}`,
      `wrong claim/node-port/health-check/${context}`,
    ],
  },
  {
    id: "health-check-wrong-on-node",
    breaks: "one node tells load balancers of a backend that is on another one",
    topology: "two-regions",
    steps: [viewStep(athens, "kube-proxy.endpoints-are-own", other)],
    asks: ["node-port/health-check", "node-port/every-node"],
    mustRed: [{ scenario: "node-port/health-check", id: new RegExp(`/${context}/${other}/node/no-backend`) }],
    mustStayGreen: [
      {
        scenario: "node-port/health-check",
        id: new RegExp(`/${context}/${worker}/node/|kind-region-hurup/[^/]+/node`),
      },
      { scenario: "node-port/every-node" },
    ],
    causes: [`wrong node-port/${context}/${other}`, `stale node-port/${context}/${other}`],
  },
  {
    id: "no-service-variables",
    breaks: "containers find no Service in their environment",
    topology: "two-regions",
    when: "before-deployment",
    steps: [viewStep(athens, "kubelet.no-service-links")],
    asks: ["environment/service-variables", "services/cluster-address"],
    mustRed: [{ scenario: "environment/service-variables", id: /\/kind-region-athens\/.*\/present$/ }],
    mustStayGreen: [
      { scenario: "environment/service-variables", id: /kind-region-hurup|\/absent$/ },
      { scenario: "services/cluster-address" },
    ],
    causes: [
      `wrong claim/environment/service-variables/${context}`,
      `missing claim/environment/service-variables/${context}`,
    ],
  },
  {
    id: "service-variables-too-early",
    breaks: "containers find a Service in their environment that is made after them",
    topology: "two-regions",
    when: "before-deployment",
    steps: [viewStep(athens, "kubelet.early-services")],
    asks: ["environment/service-variables", "services/cluster-address"],
    mustRed: [{ scenario: "environment/service-variables", id: /\/kind-region-athens\/.*\/absent$/ }],
    mustStayGreen: [
      { scenario: "environment/service-variables", id: /kind-region-hurup|\/present$/ },
      { scenario: "services/cluster-address" },
    ],
    causes: [`wrong claim/environment/service-variables/${context}`],
  },
];

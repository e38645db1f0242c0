import type { Fault } from "./fault.ts";
import { viewStep } from "./view-step.ts";

const athens = "region-athens";
const context = `kind-${athens}`;
const worker = `${athens}-worker`;
const fromWorker = new RegExp(`/${worker}/client/`);
const inAthens = new RegExp(`/${context}/`);
/** One of the two servers of the cluster runs on this node, the other one on the control plane. */
const ofWorker = new RegExp(`/${context}/${worker}/dns-server/`);
const ofOther = new RegExp(`/${context}/${athens}-control-plane/dns-server/`);
const server = `dns-server/${context}/${worker}/dns-server`;
const hurup = /\/kind-region-hurup\//;

/** Faults of names: of the cluster's DNS, of one of its servers, and of how pods are set up to ask it. */
export const dnsFaults: Fault[] = [
  {
    id: "dns-server-fails",
    breaks: "one of the cluster's DNS servers answers everything with a failure",
    topology: "two-regions",
    steps: [viewStep(athens, "dns.server-failure", worker)],
    asks: ["service-dns/each-server", "service-dns/name-forms"],
    mustRed: [{ scenario: "service-dns/each-server", id: ofWorker }],
    mustStayGreen: [{ scenario: "service-dns/each-server", id: ofOther }],
    causes: [`wrong ${server}`, `refused ${server}`],
  },
  {
    id: "dns-server-slow",
    breaks: "one of the cluster's DNS servers answers after three seconds",
    topology: "two-regions",
    steps: [viewStep(athens, "dns.slow", worker)],
    asks: ["service-dns/each-server", "service-dns/name-forms"],
    mustRed: [{ scenario: "service-dns/each-server", id: ofWorker }],
    mustStayGreen: [{ scenario: "service-dns/each-server", id: ofOther }],
    causes: [`slow ${server}`],
  },
  {
    id: "dns-server-stale",
    breaks: "one of the cluster's DNS servers knows a former address of a Service",
    topology: "two-regions",
    steps: [viewStep(athens, "dns.stale-record", worker)],
    asks: ["service-dns/each-server", "service-dns/name-forms", "service-dns/headless"],
    mustRed: [{ scenario: "service-dns/each-server", id: ofWorker }],
    mustStayGreen: [{ scenario: "service-dns/each-server", id: ofOther }, { scenario: "service-dns/headless" }],
    causes: [`stale ${server}`, `wrong ${server}`],
  },
  {
    id: "dns-stale",
    breaks: "the cluster's DNS knows a former address of a Service",
    topology: "two-regions",
    steps: [viewStep(athens, "dns.stale-record")],
    asks: ["service-dns/name-forms", "service-dns/headless", "services/name", "services/cluster-address"],
    mustRed: [
      { scenario: "service-dns/name-forms", id: inAthens },
      { scenario: "services/name", id: inAthens },
    ],
    mustStayGreen: [
      { scenario: "service-dns/name-forms", id: hurup },
      { scenario: "service-dns/headless" },
      { scenario: "services/cluster-address" },
    ],
    causes: [`stale dns/${context}`, `wrong dns/${context}`],
  },
  {
    id: "dns-stale-headless",
    breaks: "the name of a headless Service also leads to an address that no pod has any more",
    topology: "two-regions",
    steps: [viewStep(athens, "dns.stale-headless")],
    asks: ["service-dns/headless", "services/headless", "service-dns/name-forms"],
    mustRed: [
      { scenario: "service-dns/headless", id: inAthens },
      { scenario: "services/headless", id: inAthens },
    ],
    mustStayGreen: [{ scenario: "service-dns/headless", id: hurup }, { scenario: "service-dns/name-forms" }],
    causes: [`stale dns/${context}`, `wrong dns/${context}`],
  },
  {
    id: "dns-no-hostnames",
    breaks: "pods with a hostname below a headless Service have no name of their own",
    topology: "two-regions",
    steps: [viewStep(athens, "dns.no-hostnames")],
    asks: ["service-dns/pod-of-headless", "service-dns/srv", "service-dns/ptr", "service-dns/headless"],
    mustRed: [
      { scenario: "service-dns/pod-of-headless", id: inAthens },
      { scenario: "service-dns/srv", id: /\/kind-region-athens\/named\/headless-/ },
      { scenario: "service-dns/ptr", id: /\/kind-region-athens\/named\/ptr-/ },
    ],
    mustStayGreen: [
      { scenario: "service-dns/pod-of-headless", id: hurup },
      { scenario: "service-dns/srv", id: /\/echo\// },
      { scenario: "service-dns/ptr", id: /\/echo\// },
      { scenario: "service-dns/headless" },
    ],
    causes: [`wrong dns/${context}`, `missing dns/${context}`],
  },
  {
    id: "dns-wrong-ports",
    breaks: "the SRV records of a Service tell wrong ports",
    topology: "two-regions",
    steps: [viewStep(athens, "dns.wrong-ports")],
    asks: ["service-dns/srv", "service-dns/name-forms"],
    mustRed: [{ scenario: "service-dns/srv", id: /\/kind-region-athens\/echo\// }],
    mustStayGreen: [{ scenario: "service-dns/srv", id: /\/named\// }, { scenario: "service-dns/name-forms" }],
    causes: [`wrong dns/${context}`, `wrong claim/service-dns/srv/${context}`],
  },
  {
    id: "dns-no-pointers",
    breaks: "no address leads back to a name",
    topology: "two-regions",
    steps: [viewStep(athens, "dns.no-pointers")],
    asks: ["service-dns/ptr", "service-dns/srv", "service-dns/name-forms"],
    mustRed: [{ scenario: "service-dns/ptr", id: inAthens }],
    mustStayGreen: [
      { scenario: "service-dns/ptr", id: hurup },
      { scenario: "service-dns/srv" },
      { scenario: "service-dns/name-forms" },
    ],
    causes: [`missing dns/${context}`, `wrong dns/${context}`, `wrong claim/service-dns/ptr/${context}`],
  },
  {
    id: "dns-server-without-pod-names",
    breaks: "one of the cluster's DNS servers does not serve the names of pods' addresses",
    topology: "two-regions",
    steps: [viewStep(athens, "dns.no-pod-names", worker)],
    asks: ["service-dns/pod-address-names", "service-dns/each-server"],
    mustRed: [{ scenario: "service-dns/pod-address-names", id: inAthens }],
    mustStayGreen: [{ scenario: "service-dns/pod-address-names", id: hurup }, { scenario: "service-dns/each-server" }],
    causes: [
      `wrong dns/${context}`,
      `missing dns/${context}`,
      `wrong ${server}`,
      `wrong claim/service-dns/pod-address-names/${context}`,
    ],
  },
  {
    id: "dns-wrong-alias",
    breaks: "an ExternalName Service leads to another name than its own",
    topology: "two-regions",
    steps: [viewStep(athens, "dns.wrong-alias")],
    asks: ["services/external-name", "services/name"],
    mustRed: [{ scenario: "services/external-name", id: inAthens }],
    mustStayGreen: [{ scenario: "services/external-name", id: hurup }, { scenario: "services/name" }],
    causes: [`wrong dns/${context}`, `wrong claim/services/external-name/${context}`],
  },
  {
    id: "dns-namespaces-mixed",
    breaks: "the cluster's DNS leads Services of one name in all namespaces to one of them",
    topology: "two-regions",
    steps: [viewStep(athens, "dns.namespaces-mixed")],
    asks: ["services/namespaces", "services/name"],
    mustRed: [{ scenario: "services/namespaces", id: /\/kind-region-athens\/echo\/qualified-name-of-other$/ }],
    mustStayGreen: [{ scenario: "services/namespaces", id: hurup }, { scenario: "services/name" }],
    causes: [`wrong dns/${context}`, `wrong claim/services/namespaces/${context}`],
  },
  {
    id: "dns-former-service",
    breaks: "the name of a Service that is gone is still answered",
    topology: "two-regions",
    steps: [viewStep(athens, "dns.former-service")],
    asks: ["service-dns/absent-name", "service-dns/name-forms"],
    mustRed: [{ scenario: "service-dns/absent-name", id: /\/kind-region-athens\/absent\// }],
    mustStayGreen: [
      { scenario: "service-dns/absent-name", id: /\/present-|\/kind-region-hurup\// },
      { scenario: "service-dns/name-forms" },
    ],
    causes: [`open dns/${context}`, `stale dns/${context}`, `wrong dns/${context}`],
  },
  {
    id: "dns-second-family",
    breaks: "an IPv4 Service has an IPv6 address by its name",
    topology: "two-regions",
    steps: [viewStep(athens, "dns.second-family")],
    asks: ["service-dns/single-family", "service-dns/name-forms"],
    mustRed: [{ scenario: "service-dns/single-family", id: /\/kind-region-athens\/.*\/aaaa-/ }],
    mustStayGreen: [
      { scenario: "service-dns/single-family", id: /\/present-|\/kind-region-hurup\// },
      { scenario: "service-dns/name-forms" },
    ],
    causes: [`wrong dns/${context}`, `open dns/${context}`, `wrong claim/service-dns/single-family/${context}`],
  },
  {
    id: "dns-denies-for-family",
    breaks: "names without an IPv6 address are said not to exist when that is asked for",
    topology: "two-regions",
    steps: [viewStep(athens, "dns.aaaa-denied")],
    asks: ["service-dns/single-family", "service-dns/name-forms"],
    mustRed: [{ scenario: "service-dns/single-family", id: /\/kind-region-athens\/.*\/aaaa-/ }],
    mustStayGreen: [
      { scenario: "service-dns/single-family", id: /\/present-|\/kind-region-hurup\// },
      { scenario: "service-dns/name-forms" },
    ],
    causes: [`wrong dns/${context}`, `missing dns/${context}`, `wrong claim/service-dns/single-family/${context}`],
  },
  {
    id: "dns-no-search-list",
    breaks: "pods of one node complete no names, as their search list is missing",
    topology: "two-regions",
    when: "before-deployment",
    steps: [viewStep(athens, "kubelet.no-search-list", worker)],
    asks: ["service-dns/name-forms", "services/name", "service-dns/each-server"],
    mustRed: [
      { scenario: "service-dns/name-forms", id: new RegExp(`/${worker}/client/.*/name(\\.|-)`) },
      { scenario: "services/name", id: fromWorker },
    ],
    mustStayGreen: [
      { scenario: "service-dns/name-forms", id: new RegExp(`/full-name-|/${worker}2/client/|/kind-region-hurup/`) },
      { scenario: "services/name", id: new RegExp(`/${worker}2/client/|/kind-region-hurup/`) },
      { scenario: "service-dns/each-server" },
    ],
    causes: [`missing resolver/${context}/${worker}`],
  },
];

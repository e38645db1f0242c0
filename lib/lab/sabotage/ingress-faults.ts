import type { Fault, PathPattern } from "./fault.ts";
import { nftStep } from "./nft-step.ts";

const cluster = "region-athens";
const controller = `ingress/kind-${cluster}/nginx`;
/** Its neighbour has a controller of its own, at which nothing is amiss. */
const neighbour = /kind-region-hurup\/nginx\//;

/** Faults of an ingress controller, and of the way to it. */
export const ingressFaults: Fault[] = [
  seenWrongly("paths-swapped", {
    breaks: "each path of an Ingress leads to the backend of the next path of its host",
    mustRed: [
      red("from-pods", /wear|watch/),
      red("from-outside", /wear|watch/),
      red("prefix", /wear-is-wear/),
      red("longest-match", /exact-foo-before-prefix-foo/),
    ],
    green: ["hosts", "wildcard-host", "tls", "default-backend", "address"],
  }),
  seenWrongly("prefix-as-string", {
    breaks: "a path of type Prefix matches whatever begins with its characters",
    mustRed: [
      red("prefix", /wear-x-is-not-wear/),
      red("prefix", /aaa-bbbxyz/),
      red("longest-match", /root-matches-aaabbb/),
    ],
    green: ["exact", "hosts", "wildcard-host", "tls", "from-pods", "unknown-path"],
    effects: ["wrong", "open"],
  }),
  seenWrongly("exact-as-prefix", {
    breaks: "a path of type Exact matches what is below it, too",
    mustRed: [red("exact", /foo-slash-is-not-foo/), red("exact", /below-foo-is-not-foo/)],
    green: ["prefix", "hosts", "wildcard-host", "tls", "from-pods", "unknown-path"],
    effects: ["open", "wrong"],
  }),
  seenWrongly("shortest-first", {
    breaks: "of several paths that match, the shortest has precedence",
    mustRed: [red("longest-match", /aaa-before-root/), red("longest-match", /aaa-bbb-before-aaa/)],
    green: ["prefix", "exact", "hosts", "wildcard-host", "tls", "from-pods", "unknown-path"],
  }),
  seenWrongly("prefix-before-exact", {
    breaks: "of two equal paths, that of type Prefix has precedence before that of type Exact",
    mustRed: [red("longest-match", /exact-foo-before-prefix-foo/)],
    green: ["prefix", "exact", "hosts", "wildcard-host", "tls", "from-pods", "unknown-path"],
  }),
  seenWrongly("any-case", {
    breaks: "paths match without regard to case",
    mustRed: [red("prefix", /upper-case-wear-is-not-wear/), red("exact", /upper-case-foo-is-not-foo/)],
    green: ["longest-match", "hosts", "wildcard-host", "tls", "from-pods", "unknown-path"],
    effects: ["open", "wrong"],
  }),
  seenWrongly("no-default-backend", {
    breaks: "default backends of Ingresses are ignored",
    mustRed: [red("default-backend", /unknown/), red("default-backend", /root/)],
    green: ["prefix", "exact", "hosts", "wildcard-host", "tls", "from-pods", "unknown-path"],
  }),
  seenWrongly("unknown-is-found", {
    breaks: "the controller's own page for paths that it does not know comes with status 200",
    mustRed: [red("unknown-path", /unknown/), red("unknown-path", /root/)],
    green: ["prefix", "exact", "hosts", "wildcard-host", "tls", "from-pods", "default-backend"],
    effects: ["wrong", "open"],
  }),
  seenWrongly("host-ignored", {
    breaks: "the rules of all hosts count for every host",
    mustRed: [red("hosts", /other-host/), red("wildcard-host", /two-labels/)],
    green: ["address"],
    effects: ["wrong", "open"],
  }),
  seenWrongly("no-wildcards", {
    breaks: "hosts with a wildcard are ignored",
    mustRed: [
      red("wildcard-host", /one-label/),
      red("tls", /name-of-wildcard/),
      red("what-backends-see", /wildcard-host/),
    ],
    green: ["prefix", "exact", "longest-match", "hosts", "from-pods", "unknown-path"],
  }),
  seenWrongly("wildcard-spans-labels", {
    breaks: "a host with a wildcard stands for any number of labels",
    mustRed: [red("wildcard-host", /two-labels/)],
    green: ["prefix", "exact", "longest-match", "hosts", "from-pods", "unknown-path", "tls"],
    effects: ["open", "wrong"],
  }),
  seenWrongly("other-certificate", {
    breaks: "hosts are not served with the certificate of their Secret",
    mustRed: [
      red("tls", /own-name/),
      red("tls", /name-of-wildcard/),
      red("from-pods", /over-tls/),
      red("from-outside", /over-tls/),
    ],
    green: ["prefix", "exact", "longest-match", "hosts", "unknown-path", "redirect-to-tls"],
  }),
  seenWrongly("redirect-loops", {
    breaks: "requests over TLS are sent to TLS again",
    mustRed: [red("tls", /own-name/), red("from-pods", /over-tls/)],
    green: ["prefix", "exact", "longest-match", "hosts", "unknown-path", "redirect-to-tls"],
  }),
  seenWrongly("redirect-loses-path", {
    breaks: "who is sent to TLS is sent to the root of the host",
    mustRed: [red("redirect-to-tls", /plain/)],
    green: ["prefix", "exact", "longest-match", "hosts", "unknown-path", "tls", "from-pods"],
  }),
  seenWrongly("forced-to-tls", {
    breaks: "hosts without a certificate are sent to TLS, too",
    mustRed: [red("from-pods", /wear/), red("prefix", /wear-is-wear/), red("hosts", /women/)],
    green: ["tls", "redirect-to-tls", "address"],
  }),
  seenWrongly("client-untold", {
    breaks: "backends are not told for whom the controller asks",
    mustRed: [red("what-backends-see", /path/)],
    green: ["prefix", "exact", "longest-match", "hosts", "unknown-path", "tls", "from-pods"],
  }),
  seenWrongly("host-replaced", {
    breaks: "backends receive another host than the one that was asked for",
    mustRed: [red("what-backends-see", /path/)],
    green: ["prefix", "exact", "longest-match", "hosts", "unknown-path", "tls", "from-pods"],
  }),
  seenWrongly("path-rewritten", {
    breaks: "backends receive another path than the one that was asked for",
    mustRed: [red("what-backends-see", /path/), red("what-backends-see", /escapes/)],
    green: ["prefix", "exact", "longest-match", "hosts", "unknown-path", "tls", "from-pods"],
  }),
  seenWrongly("wrong-address", {
    breaks: "the controller publishes an address in the status of Ingresses that leads to nobody",
    mustRed: [red("from-pods", /wear/), red("from-outside", /wear/), red("tls")],
    green: ["address"],
    effects: ["lost", "wrong", "refused"],
  }),
  {
    ...seenWrongly("no-address", {
      breaks: "the controller gives Ingresses no address",
      mustRed: [red("address", /store/)],
      green: [],
      effects: ["missing", "wrong"],
    }),
    asks: ["ingress-paths/address"],
    mustStayGreen: [{ scenario: "ingress-paths/address", id: neighbour }],
  },
  {
    id: "ingress-controller-gone",
    breaks: "no controller runs for the Ingresses of a cluster",
    topology: "two-regions",
    steps: [
      {
        kind: "object",
        cluster,
        resource: "apps/v1/deployments",
        namespace: "ingress-nginx",
        name: "ingress-nginx-controller",
        make: { spec: { replicas: 0 } },
        undo: { spec: { replicas: 1 } },
      },
    ],
    asks: ["ingress-paths/from-pods", "ingress-paths/from-outside", "load-balancer/address"],
    mustRed: [red("from-pods", /wear/), red("from-pods", /over-tls/), red("from-outside", /watch/)],
    mustStayGreen: [{ scenario: "ingress-paths/from-pods", id: neighbour }],
    causes: [`lost ${controller}`, `refused ${controller}`, `missing ${controller}`],
  },
  {
    id: "ingress-port-80-cut",
    breaks: "plain HTTP does not reach the ingress controller, TLS does",
    topology: "two-regions",
    // Services' packets pass with the port of the pod; nobody else listens at this one.
    steps: [`${cluster}-worker`, `${cluster}-worker2`].map((node) =>
      nftStep("ingress-port-80-cut", node, { forward: ["ip daddr 10.0.0.0/16 tcp dport 80 drop"] }),
    ),
    asks: ["ingress-paths/from-pods", "ingress-paths/from-outside", "ingress-paths/tls"],
    mustRed: [red("from-pods", /wear/), red("from-outside", /watch/)],
    mustStayGreen: [
      { scenario: "ingress-paths/tls" },
      { scenario: "ingress-paths/from-pods", id: /over-tls/ },
      { scenario: "ingress-paths/from-pods", id: neighbour },
    ],
    causes: [`lost ${controller} port 80`, `lost ${controller}`],
  },
];

function red(scenario: string, id?: RegExp): PathPattern {
  return { scenario: `ingress-paths/${scenario}`, ...(id && { id: inAthens(id) }) };
}

function inAthens({ source }: RegExp): RegExp {
  return new RegExp(`kind-${cluster}/nginx/(${source})`);
}

interface Wrong {
  breaks: string;
  mustRed: PathPattern[];
  green: string[];
  /** The best first. Default: `wrong`. */
  effects?: string[];
}

function seenWrongly(what: string, { breaks, mustRed, green, effects = ["wrong"] }: Wrong): Fault {
  return {
    id: `ingress-${what}`,
    breaks,
    topology: "two-regions",
    steps: [{ kind: "view", cluster, view: `ingress.${what}` }],
    asks: ["ingress-paths"],
    mustRed,
    mustStayGreen: [
      ...green.map((scenario) => ({ scenario: `ingress-paths/${scenario}` })),
      { scenario: "ingress-paths/from-pods", id: neighbour },
    ],
    causes: effects.map((effect) => `${effect} ${controller}`),
  };
}

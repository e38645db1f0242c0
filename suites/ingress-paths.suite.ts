import { answeredBy } from "../lib/scenario/expect/expect.ts";
import {
  answeredByOthers,
  behindCertificate,
  orRedirect,
  receivedBy,
  status,
} from "../lib/scenario/expect/expect-http.ts";
import { hasIngressAddress } from "../lib/scenario/expect/expect-ingress.ts";
import { path } from "../lib/scenario/path.ts";
import { objects } from "../lib/scenario/probes.ts";
import { type Feature, scenario } from "../lib/scenario/scenario.ts";
import {
  fromBothSides,
  fromEveryClient,
  fromOutside,
  lookAtIngresses,
  publishStore,
  storeActs,
  type StoreRequest,
} from "../lib/scenario/store-front.ts";
import type { ClusterView } from "../lib/scenario/world.ts";

const spec = "https://kubernetes.io/docs/concepts/services-networking/ingress/";
const common = {
  needs: ["ingress"] satisfies Feature[],
  deploy: ["ingress-backends.yaml"],
  look: lookAtIngresses,
};

/** Backends of fixtures/manifests/ingress-backends.yaml. */
type Backend = "wear" | "watch" | "store";

const by = (backend: Backend) => (cluster: ClusterView) => answeredBy(cluster.workload(backend));
const notMatched = answeredByOthers;
const notFound = () => status(404);

/** A server may send whoever forgot the slash at the end to where it is, and ask no backend before. */
function orWithSlash(backend: Backend, host: string, requested: string): StoreRequest["expect"] {
  return (cluster, { domain }) =>
    orRedirect(by(backend)(cluster), () => ({ scheme: "http", host: `${host}.${domain}`, path: `${requested}/` }));
}

/** Requests to one host: what is special, path, and what it promises. */
function atHost(host: string, ...rows: [name: string, path: string, expect: StoreRequest["expect"]][]): StoreRequest[] {
  return rows.map(([name, requested, expect]) => ({ name, host, path: requested, expect }));
}

function secure(host: string, name: string, secret: string, backend: Backend): StoreRequest {
  return {
    name,
    host,
    path: "/",
    secure: true,
    expect: (cluster, ingress) => behindCertificate(by(backend)(cluster), () => ingress.fingerprint(secret)),
  };
}

const fanout = [
  ...atHost("shop", ["wear", "/wear", by("wear")], ["watch", "/watch", by("watch")]),
  secure("secure", "over-tls", "secure", "wear"),
];

/** Of fixtures/manifests/ingress-store.yaml. */
const ingressObjects = ["store", "store-default", "store-secure"];
const ofIngress = { apiVersion: "networking.k8s.io/v1", kind: "Ingress" };

scenario("ingress-paths/address", {
  claim: "an Ingress gets an address, unless its controller has no load balancer and is reached at the ports of nodes",
  spec: "https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressStatus",
  covers: ["I4"],
  ...common,
  acts: (world) => [
    {
      name: "",
      change: publishStore(world),
      paths: world.clusters.flatMap((cluster) =>
        world.ingressesOf(cluster).flatMap((ingress) =>
          ingressObjects.map((name) =>
            path(`${name}-has-address`, {
              from: cluster.api,
              to: ingress,
              probe: () => objects(ofIngress, { namespace: ingress.namespace, name: ingress.objectName(name) }),
              expect: hasIngressAddress(ingress),
            }),
          ),
        ),
      ),
    },
  ],
});

scenario("ingress-paths/from-pods", {
  claim:
    "each path of an Ingress leads every pod, of its own and of every other cluster, to its own backend, over TLS too",
  spec: `${spec}#simple-fanout`,
  covers: ["I1", "I3", "I4"],
  ...common,
  acts: (world) => storeActs(world, fromEveryClient, fanout),
});

scenario("ingress-paths/from-outside", {
  claim: "each path of an Ingress leads who asks from outside to its own backend, over TLS too",
  spec: `${spec}#simple-fanout`,
  covers: ["I1", "I3", "I4"],
  ...common,
  needs: ["ingress", "outside"],
  acts: (world) => storeActs(world, fromOutside, fanout),
});

scenario("ingress-paths/prefix", {
  claim: "a path of type Prefix matches element by element, with regard to case, with or without a slash at the end",
  spec: `${spec}#examples`,
  covers: ["I1", "I2"],
  ...common,
  acts: (world) =>
    storeActs(
      world,
      fromBothSides,
      [
        ...atHost(
          "shop",
          ["wear-is-wear", "/wear", by("wear")],
          ["wear-with-slash-is-wear", "/wear/", by("wear")],
          ["below-wear-is-wear", "/wear/shirts/blue", by("wear")],
          ["wear-with-query-is-wear", "/wear?size=42", by("wear")],
          ["watch-is-watch", "/watch", by("watch")],
        ),
        ...atHost(
          "elements",
          ["aaa-bbb-is-aaa-bbb", "/aaa/bbb", by("wear")],
          ["aaa-bbb-with-slash-is-aaa-bbb", "/aaa/bbb/", by("wear")],
          ["aaa-bbb-ccc-is-below-aaa-bbb", "/aaa/bbb/ccc", by("wear")],
          ["ccc-dd-is-ccc-dd", "/ccc/dd", by("watch")],
        ),
        ...atHost(
          "slash",
          ["foo-slash-is-foo-slash", "/foo/", by("wear")],
          ["foo-is-foo-slash", "/foo", orWithSlash("wear", "slash", "/foo")],
          ["aaa-bbb-is-aaa-bbb-slash", "/aaa/bbb", orWithSlash("watch", "slash", "/aaa/bbb")],
          ["below-aaa-bbb-slash", "/aaa/bbb/ccc", by("watch")],
        ),
      ],
      [
        ...atHost(
          "shop",
          ["wear-x-is-not-wear", "/wear-x", notMatched],
          ["wearx-is-not-wear", "/wearx", notMatched],
          ["upper-case-wear-is-not-wear", "/WEAR", notMatched],
        ),
        ...atHost(
          "elements",
          ["aaa-bbbxyz-is-not-below-aaa-bbb", "/aaa/bbbxyz", notMatched],
          ["aaa-is-not-aaa-bbb", "/aaa", notMatched],
          ["ccc-ddd-is-not-ccc-dd", "/ccc/ddd", notMatched],
        ),
        ...atHost("slash", ["foox-is-not-foo-slash", "/foox", notMatched]),
      ],
    ),
});

scenario("ingress-paths/exact", {
  claim: "a path of type Exact matches itself and nothing else, with regard to case and to the slash at the end",
  spec: `${spec}#examples`,
  covers: ["I1", "I2"],
  ...common,
  acts: (world) =>
    storeActs(
      world,
      fromBothSides,
      atHost("exact", ["foo-is-foo", "/foo", by("wear")], ["bar-slash-is-bar-slash", "/bar/", by("watch")]),
      atHost(
        "exact",
        ["baz-is-not-foo", "/baz", notMatched],
        ["foo-slash-is-not-foo", "/foo/", notMatched],
        ["bar-is-not-bar-slash", "/bar", notMatched],
        ["below-foo-is-not-foo", "/foo/x", notMatched],
        ["upper-case-foo-is-not-foo", "/FOO", notMatched],
      ),
    ),
});

scenario("ingress-paths/longest-match", {
  claim: "where several paths match, the longest has precedence, and of equal ones Exact before Prefix",
  spec: `${spec}#multiple-matches`,
  covers: ["I1"],
  ...common,
  acts: (world) =>
    storeActs(world, fromBothSides, [
      ...atHost(
        "longest",
        ["root-matches-root", "/", by("store")],
        ["root-matches-all-else", "/ccc", by("store")],
        ["root-matches-aaabbb", "/aaabbb", by("store")],
        ["aaa-before-root", "/aaa/ccc", by("wear")],
        ["aaa-itself-before-root", "/aaa", by("wear")],
        ["aaa-bbb-before-aaa", "/aaa/bbb", by("watch")],
        ["below-aaa-bbb-before-aaa", "/aaa/bbb/ccc", by("watch")],
      ),
      ...atHost(
        "mixed",
        ["exact-foo-before-prefix-foo", "/foo", by("watch")],
        ["prefix-foo-with-slash", "/foo/", by("wear")],
        ["below-prefix-foo", "/foo/x", by("wear")],
      ),
    ]),
});

scenario("ingress-paths/unknown-path", {
  claim: "a path that no rule of its host matches is not found",
  spec: `${spec}#default-backend`,
  covers: ["I2"],
  ...common,
  acts: (world) =>
    storeActs(
      world,
      fromBothSides,
      atHost("shop", ["known", "/wear", by("wear")]),
      atHost("shop", ["unknown", "/shoes", notFound], ["root", "/", notFound]),
    ),
});

scenario("ingress-paths/default-backend", {
  claim: "a path that no rule matches leads to the default backend of the Ingress that has one",
  spec: `${spec}#default-backend`,
  covers: ["I2"],
  ...common,
  acts: (world) =>
    storeActs(
      world,
      fromBothSides,
      atHost(
        "default",
        ["known", "/wear", by("wear")],
        ["unknown", "/shoes", by("store")],
        ["root", "/", by("store")],
        ["wear-x-is-not-wear", "/wear-x", by("store")],
      ),
    ),
});

scenario("ingress-paths/hosts", {
  claim:
    "the Host header chooses between the rules of different hosts, and another host than theirs finds none of them",
  spec: `${spec}#name-based-virtual-hosting`,
  covers: ["I3"],
  ...common,
  acts: (world) =>
    storeActs(
      world,
      fromBothSides,
      [
        ...atHost("women", ["women", "/", by("wear")]),
        ...atHost("watches", ["watches", "/", by("watch")]),
        ...atHost("women", ["women-below", "/below", by("wear")]),
      ],
      [...atHost("nobody", ["other-host", "/", notMatched]), ...atHost("www.women", ["host-below", "/", notMatched])],
    ),
});

scenario("ingress-paths/wildcard-host", {
  claim: "a host with a wildcard stands for exactly one label in its place",
  spec: `${spec}#hostname-wildcards`,
  covers: ["I3"],
  ...common,
  acts: (world) =>
    storeActs(
      world,
      fromBothSides,
      [
        ...atHost("athens.branch", ["one-label", "/", by("store")]),
        ...atHost("hurup.branch", ["another-label", "/", by("store")]),
      ],
      [
        ...atHost("old.athens.branch", ["two-labels", "/", notMatched]),
        ...atHost("branch", ["no-label", "/", notMatched]),
      ],
    ),
});

scenario("ingress-paths/tls", {
  claim: "over TLS the name that is asked for chooses the certificate, which is the Secret's, and the backend",
  spec: `${spec}#tls`,
  covers: ["I3"],
  ...common,
  acts: (world) =>
    storeActs(world, fromBothSides, [
      secure("secure", "own-name", "secure", "wear"),
      secure("athens.safe", "name-of-wildcard", "safe", "watch"),
    ]),
});

scenario("ingress-paths/redirect-to-tls", {
  claim: "without TLS a host that has a certificate is answered, or sends to the same place over TLS",
  spec: `${spec}#tls`,
  covers: ["I3"],
  ...common,
  acts: (world) =>
    storeActs(world, fromBothSides, [
      ...atHost("secure", [
        "plain",
        "/wear?size=42",
        (cluster, { domain }) =>
          orRedirect(by("wear")(cluster), () => ({
            scheme: "https",
            host: `secure.${domain}`,
            path: "/wear?size=42",
          })),
      ]),
    ]),
});

scenario("ingress-paths/what-backends-see", {
  claim: "the backend receives host and path as they were asked for, and is told for whom the controller asks",
  spec: "https://kubernetes.io/docs/concepts/services-networking/ingress/#what-is-ingress",
  covers: ["I1", "I3", "I4"],
  ...common,
  acts: (world) =>
    storeActs(world, fromBothSides, [
      received("shop", "path", "/wear/shirts/blue", "wear"),
      received("shop", "query", "/wear?size=42&colour=dark%20blue", "wear"),
      received("shop", "escapes", "/wear/dark%20blue/%C3%A9", "wear"),
      received("athens.branch", "wildcard-host", "/", "store"),
    ]),
});

function received(host: string, name: string, requested: string, backend: Backend): StoreRequest {
  return {
    name,
    host,
    path: requested,
    expect: (cluster, { domain }) =>
      receivedBy(cluster.workload(backend), () => ({ host: `${host}.${domain}`, path: requested })),
  };
}

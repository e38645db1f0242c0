import { resolvesTo } from "../lib/scenario/expect/expect-records.ts";
import { answeredBy, anything, blocked } from "../lib/scenario/expect/expect.ts";
import type { Hands } from "../lib/scenario/hands.ts";
import { type Path, path } from "../lib/scenario/path.ts";
import type { Pod } from "../lib/scenario/place.ts";
import { addressType, dns, http, tcp, udp } from "../lib/scenario/probes.ts";
import { type Act, scenario } from "../lib/scenario/scenario.ts";
import type { ClusterView } from "../lib/scenario/world.ts";

const spec = "https://kubernetes.io/docs/concepts/services-networking/network-policies/";

/** Long enough for a second SYN, so that who drops only some packets is found out. */
const silenceTimeoutMs = 1_500;
/** The first datagram after a policy is lifted may still be lost to it. */
const answerTimeoutMs = 2_000;

/** One question between two pods, and which policies let it through. */
interface Row {
  /** By what a policy lets it through, or why none does. */
  why: string;
  from: Pod;
  to: Pod;
  protocol: typeof http | typeof tcp | typeof udp;
  /** Whether the policies that admit some let it through. */
  admitted: boolean;
  /** Whether it is asked again when policies admit nobody, and when they are gone. */
  throughout?: true;
}

function answers({ why, from, to, protocol }: Row): Path {
  return path(`${protocol.name}-${why}`, {
    from,
    to,
    probe: () => protocol(to.address, { timeoutMs: answerTimeoutMs }),
    expect: answeredBy(to),
  });
}

/** No particular silence is promised: most engines drop packets, some refuse them. */
function isDenied({ why, from, to, protocol }: Row, control: Path | undefined): Path {
  return path(`${protocol.name}-${why}`, {
    from,
    to,
    probe: () => protocol(to.address, { timeoutMs: silenceTimeoutMs }),
    expect: blocked(["timeout", "refused", "unreachable", "denied", "reset"]),
    ...(control ? { control } : {}),
  });
}

function changeIn(clusters: ClusterView[]) {
  return async (change: (cluster: ClusterView) => Promise<void>) => {
    await Promise.all(clusters.map(change));
  };
}

/** A connection is opened, policies come, and then only the answer is asked for. */
const beforePoliciesMs = 500;
const holdMs = 3_500;

/**
 * What becomes of a connection that policies would not admit any more is left to the network, so it is only recorded; one that they admit
 * goes on.
 */
function isHeld({ why, from, to, admitted }: Row): Path {
  return path(`tcp-held-${why}`, {
    from,
    to,
    probe: () => tcp(to.address, { holdMs, timeoutMs: holdMs + answerTimeoutMs }),
    expect: admitted
      ? answeredBy(to)
      : anything("an answer or none: nobody lays down what becomes of a connection that stands"),
    during: true,
  });
}

/** Everything answers; then what policies admit; then nothing; then, without policies, everything again. */
function* fourActs(clusters: ClusterView[], rows: Row[], files: { admit: string; deny: string }): Generator<Act> {
  const inEach = changeIn(clusters);
  const open = new Map(rows.map((row) => [row, answers(row)]));
  const throughout = rows.filter((row) => row.throughout);
  yield { name: "open", paths: open.values() };
  yield {
    name: "admitted",
    async change(hands) {
      await new Promise((resolve) => setTimeout(resolve, beforePoliciesMs));
      await inEach((cluster) => hands.apply(cluster, files.admit));
    },
    paths: [
      ...rows.filter(({ protocol, from, to }) => protocol === tcp && from.cluster === to.cluster).map(isHeld),
      ...rows.map((row) => (row.admitted ? answers(row) : isDenied(row, open.get(row)))),
    ],
  };
  yield {
    name: "denied",
    change: (hands: Hands) =>
      inEach(async (cluster) => {
        await hands.apply(cluster, files.deny);
        await hands.remove(cluster, files.admit);
      }),
    paths: throughout.map((row) => isDenied(row, open.get(row))),
  };
  yield {
    name: "lifted",
    change: (hands) => inEach((cluster) => hands.remove(cluster, files.deny)),
    paths: throughout.map(answers),
  };
}

/**
 * Whether a policy's labels surely mean no pod of the other cluster. In Cilium's mesh that is a switch, and what it is without one depends on the
 * version.
 *
 * @see https://docs.cilium.io/en/stable/network/clustermesh/policy/
 */
function selectsOwnPodsOnly({ name, cilium }: ClusterView, other: ClusterView): boolean {
  return other.name !== name && (cilium === undefined || cilium.config["policy-default-local-cluster"] === "true");
}

scenario("network-policy/ingress", {
  claim:
    "an isolated pod answers those whom a policy admits by label, by namespace, by port and protocol, and nobody else, on every node",
  spec: `${spec}#the-two-sorts-of-pod-isolation`,
  covers: ["C7", "K5"],
  needs: ["network-policy"],
  eachFamily: true,
  deploy: ["guarded.yaml", "other-namespace.yaml"],
  *acts({ clusters }) {
    const rows = clusters.flatMap((cluster) =>
      cluster.workloads("guarded").flatMap((to): Row[] => {
        const { clients, echoes } = cluster;
        const others = clusters.filter((other) => other !== cluster).flatMap((other) => other.echoes);
        const resident = cluster.workload("resident", "other");
        const namesakes = clusters
          .filter((other) => selectsOwnPodsOnly(cluster, other))
          .flatMap((other) => other.clients);
        return [
          ...namesakes.map((from): Row => ({
            why: "label-of-other-cluster",
            from,
            to,
            protocol: http,
            admitted: false,
          })),
          ...clients.map((from): Row => ({ why: "label", from, to, protocol: http, admitted: true, throughout: true })),
          ...echoes.map((from): Row => ({ why: "other-label", from, to, protocol: http, admitted: false })),
          ...clients.map((from): Row => ({ why: "other-namespace", from, to, protocol: tcp, admitted: false })),
          ...echoes.map((from): Row => ({ why: "port", from, to, protocol: udp, admitted: true, throughout: true })),
          ...others.map((from): Row => ({ why: "port", from, to, protocol: udp, admitted: true })),
          ...others.map((from): Row => ({
            why: "other-label",
            from,
            to,
            protocol: http,
            admitted: false,
            throughout: true,
          })),
          { why: "namespace", from: resident, to, protocol: tcp, admitted: true, throughout: true },
          { why: "other-port", from: resident, to, protocol: http, admitted: false },
        ];
      }),
    );
    yield* fourActs(clusters, rows, { admit: "policy-ingress-admit.yaml", deny: "policy-ingress-deny.yaml" });
  },
});

scenario("network-policy/egress", {
  claim:
    "an isolated pod reaches those to whom a policy lets it by label, by namespace, by port and protocol, and nobody else, from every node",
  spec: `${spec}#the-two-sorts-of-pod-isolation`,
  covers: ["C7", "K5"],
  needs: ["network-policy"],
  eachFamily: true,
  deploy: ["guarded.yaml", "other-namespace.yaml"],
  *acts({ clusters }) {
    const rows = clusters.flatMap((cluster) =>
      cluster.workloads("guarded").flatMap((from): Row[] => {
        const { clients, echoes } = cluster;
        const others = clusters.filter((other) => other !== cluster).flatMap((other) => other.echoes);
        const resident = cluster.workload("resident", "other");
        return [
          ...echoes.map((to): Row => ({ why: "label", from, to, protocol: http, admitted: true, throughout: true })),
          ...clients.map((to): Row => ({ why: "other-label", from, to, protocol: http, admitted: false })),
          ...echoes.map((to): Row => ({ why: "other-namespace", from, to, protocol: tcp, admitted: false })),
          ...clients.map((to): Row => ({ why: "port", from, to, protocol: udp, admitted: true, throughout: true })),
          ...others.map((to): Row => ({ why: "port", from, to, protocol: udp, admitted: true })),
          ...others.map((to): Row => ({
            why: "other-namespace",
            from,
            to,
            protocol: tcp,
            admitted: false,
            throughout: true,
          })),
          { why: "namespace", from, to: resident, protocol: tcp, admitted: true, throughout: true },
          { why: "other-port", from, to: resident, protocol: http, admitted: false },
        ];
      }),
    );
    yield* fourActs(clusters, rows, { admit: "policy-egress-admit.yaml", deny: "policy-egress-deny.yaml" });
  },
});

scenario("network-policy/dns-only", {
  claim: "a pod that may only reach name servers looks up names, and reaches nobody by them",
  spec: `${spec}#allow-and-deny-all-egress-traffic`,
  covers: ["C7", "K5"],
  needs: ["network-policy", "dns"],
  deploy: ["namer.yaml", "echo-services.yaml"],
  *acts({ clusters }) {
    const inEach = changeIn(clusters);
    const lookUps = () =>
      clusters.flatMap((cluster) => {
        const echo = cluster.service("echo");
        return (["udp", "tcp"] as const).map((transport) =>
          path(`${transport}-look-up`, {
            from: cluster.workload("namer"),
            to: cluster.dnsName("echo"),
            probe: () => dns(transport, echo.fullName, { type: addressType(echo.address) }),
            expect: resolvesTo(() => [echo.address]),
          }),
        );
      });
    const rows = clusters.flatMap((cluster) =>
      clusters
        .flatMap(({ echoes }) => echoes)
        .map((to): Row => ({
          why: "by-address",
          from: cluster.workload("namer"),
          to,
          protocol: http,
          admitted: false,
        })),
    );
    const open = new Map(rows.map((row) => [row, answers(row)]));
    yield { name: "open", paths: [...lookUps(), ...open.values()] };
    yield {
      name: "dns-only",
      change: (hands) =>
        inEach((cluster) =>
          hands.apply(cluster, "policy-dns-only.yaml", { 5353: cluster.dnsServers[0]?.port ?? 5353 }),
        ),
      paths: [...lookUps(), ...rows.map((row) => isDenied(row, open.get(row)))],
    };
    yield {
      name: "lifted",
      change: (hands) => inEach((cluster) => hands.remove(cluster, "policy-dns-only.yaml")),
      paths: rows.map(answers),
    };
  },
});

/** Writes an address, or all of its family, as a range. */
function rangeOf(address: string): { one: string; all: string } {
  return address.includes(":") ? { one: `${address}/128`, all: "::/0" } : { one: `${address}/32`, all: "0.0.0.0/0" };
}

scenario("network-policy/ip-block", {
  claim: "a policy admits the address block that it names and nobody else, and everybody but the block that it excepts",
  spec: `${spec}#networkpolicy-resource`,
  covers: ["C7", "K5"],
  needs: ["network-policy", "pod-blocks"],
  deploy: ["fenced.yaml"],
  *acts({ clusters }) {
    const inEach = changeIn(clusters);
    const rows = clusters.flatMap((cluster) => {
      const to = cluster.workload("fenced");
      const [named, ...others] = cluster.clients;
      const far = clusters.filter((other) => other !== cluster).flatMap(({ echoes }) => echoes);
      return [
        ...(named ? [{ why: "in-block", from: named, to, protocol: http, admitted: true } as const] : []),
        ...[...others, ...cluster.echoes, ...far].map((from): Row => ({
          why: "outside-of-block",
          from,
          to,
          protocol: http,
          admitted: false,
        })),
      ];
    });
    const late = ({ clients: [named] }: ClusterView) => {
      const { one, all } = rangeOf(named?.address ?? "");
      return { "192.0.2.1/32": one, "0.0.0.0/0": all };
    };
    const open = new Map(rows.map((row) => [row, answers(row)]));
    yield { name: "open", paths: open.values() };
    yield {
      name: "block",
      change: (hands) => inEach((cluster) => hands.apply(cluster, "policy-block.yaml", late(cluster))),
      paths: rows.map((row) => (row.admitted ? answers(row) : isDenied(row, open.get(row)))),
    };
    yield {
      name: "all-but-block",
      change: (hands) =>
        inEach(async (cluster) => {
          await hands.apply(cluster, "policy-block-except.yaml", late(cluster));
          await hands.remove(cluster, "policy-block.yaml");
        }),
      paths: rows.map((row) => (row.admitted ? isDenied(row, open.get(row)) : answers(row))),
    };
    yield {
      name: "lifted",
      change: (hands) => inEach((cluster) => hands.remove(cluster, "policy-block-except.yaml")),
      paths: rows.map(answers),
    };
  },
});

scenario("network-policy/cluster-label", {
  claim: "a Cilium policy admits the pods of the cluster that it names, and those of no other cluster of the mesh",
  spec: "https://docs.cilium.io/en/stable/network/clustermesh/policy/",
  covers: ["C7"],
  needs: ["cilium-policy", "mesh-annotations"],
  deploy: ["allied.yaml"],
  *acts({ clusters }) {
    const inEach = changeIn(clusters);
    const joinedTo = (cluster: ClusterView) => {
      const joined = new Set(cluster.joinedBy("mesh-annotations").map(({ name }) => name));
      return clusters.filter(({ name }) => joined.has(name));
    };
    /** Who is admitted when the policy names the cluster itself, and when it names the first one that is joined to it. */
    const rowsOf = (isNamed: (cluster: ClusterView, asking: ClusterView) => boolean) =>
      clusters.flatMap((cluster) =>
        [cluster, ...joinedTo(cluster)].flatMap((asking) =>
          asking.clients.map((from): Row => ({
            why: "cluster",
            from,
            to: cluster.workload("allied"),
            protocol: http,
            admitted: isNamed(cluster, asking),
          })),
        ),
      );
    const nameOf = (cluster: ClusterView | undefined) => ({
      "cluster-name": cluster?.cilium?.clusterName ?? "default",
    });
    const rows = rowsOf(() => true);
    const open = new Map(rows.map((row) => [`${row.from.cluster} ${row.from.node} ${row.to.cluster}`, answers(row)]));
    const judged = (row: Row) =>
      row.admitted ? answers(row) : isDenied(row, open.get(`${row.from.cluster} ${row.from.node} ${row.to.cluster}`));
    yield { name: "open", paths: open.values() };
    yield {
      name: "own-cluster",
      change: (hands) => inEach((cluster) => hands.apply(cluster, "policy-cluster-own.yaml", nameOf(cluster))),
      paths: rowsOf((cluster, asking) => asking === cluster).map(judged),
    };
    yield {
      name: "joined-cluster",
      change: (hands) =>
        inEach(async (cluster) => {
          await hands.apply(cluster, "policy-cluster-joined.yaml", nameOf(joinedTo(cluster)[0]));
          await hands.remove(cluster, "policy-cluster-own.yaml");
        }),
      paths: rowsOf((cluster, asking) => asking === joinedTo(cluster)[0]).map(judged),
    };
    yield {
      name: "lifted",
      change: (hands) => inEach((cluster) => hands.remove(cluster, "policy-cluster-joined.yaml")),
      paths: rows.map(answers),
    };
  },
});

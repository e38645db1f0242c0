import { roundTripWithin } from "../lib/scenario/expect/expect-time.ts";
import { answeredBy } from "../lib/scenario/expect/expect.ts";
import { path } from "../lib/scenario/path.ts";
import type { Pod } from "../lib/scenario/place.ts";
import { http, tcp, udp } from "../lib/scenario/probes.ts";
import { scenario } from "../lib/scenario/scenario.ts";

const spec = "https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model";
const sizes = [
  { size: "small", payloadBytes: 64 },
  { size: "8k", payloadBytes: 8192 },
];

function* everyProtocol(from: Pod, to: Pod, options: { keepsClientAddress: boolean }) {
  const expect = answeredBy(to, options.keepsClientAddress ? { clientAddress: "own" } : {});
  for (const { size, payloadBytes } of sizes)
    for (const protocol of [http, tcp, udp])
      yield path(`${protocol.name}-${size}`, { from, to, probe: () => protocol(to.address, { payloadBytes }), expect });
}

scenario("pod-to-pod/same-node", {
  claim: "every pod reaches the pods of its own node by their address and arrives with its own",
  spec,
  covers: ["N1", "N3"],
  needs: [],
  eachFamily: true,
  deploy: [],
  *paths({ clusters }) {
    for (const { clients, echoes } of clusters)
      for (const from of clients)
        for (const to of echoes.filter(({ node }) => node === from.node))
          yield* everyProtocol(from, to, { keepsClientAddress: true });
  },
});

scenario("pod-to-pod/across-nodes", {
  claim: "every pod reaches the pods of every other node by their address and arrives with its own",
  spec,
  covers: ["N1", "N3"],
  needs: ["multi-node"],
  eachFamily: true,
  deploy: [],
  *paths({ clusters }) {
    for (const { clients, echoes } of clusters)
      for (const from of clients)
        for (const to of echoes.filter(({ node }) => node !== from.node))
          yield* everyProtocol(from, to, { keepsClientAddress: true });
  },
});

scenario("pod-to-pod/across-clusters", {
  claim: "every pod reaches the pods of every other cluster by their address",
  spec: "https://docs.cilium.io/en/stable/network/clustermesh/clustermesh/#prerequisites",
  covers: ["N1", "N3", "C5"],
  needs: ["multi-cluster"],
  eachFamily: true,
  deploy: [],
  *paths({ clusters }) {
    for (const source of clusters)
      for (const target of clusters.filter((cluster) => cluster !== source))
        for (const from of source.clients)
          for (const to of target.echoes) yield* everyProtocol(from, to, { keepsClientAddress: false });
  },
});

scenario("pod-to-pod/round-trip", {
  claim: "between pods of two clusters, a packet and its answer take no longer than the limit",
  spec: "https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model",
  covers: ["C5"],
  needs: ["multi-cluster"],
  eachFamily: true,
  deploy: [],
  *paths({ clusters, settings }) {
    for (const source of clusters)
      for (const target of clusters.filter((cluster) => cluster !== source))
        for (const from of source.clients)
          for (const to of target.echoes)
            yield path("tcp", {
              from,
              to,
              probe: () => tcp(to.address),
              expect: roundTripWithin(to, settings.roundTripLimitMs),
            });
  },
});

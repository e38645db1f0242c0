import type { Broken, Packet, Pod, World } from "./made-up-matrix.ts";

/** A fault of a made-up world, and the causes any of which is right. */
export interface MadeUp {
  kind: string;
  broken: Broken;
  causes: string[];
}

type Clusters = World["clusters"];

/** Every kind of fault that such a world can have, somewhere in it: `at` says where. Empty where it is too small for that kind. */
export function faultsOf(clusters: Clusters, at: number): MadeUp[] {
  const nodes = clusters.flatMap(({ name: cluster, nodes: names }) => names.map((node) => ({ cluster, node })));
  const one = nodes[at % nodes.length];
  if (!one) return [];
  const others = nodes.filter((node) => node !== one);
  const other = others[(at * 7) % Math.max(1, others.length)];
  const far = others.find(({ cluster }) => cluster !== one.cluster);
  return [
    ...ofNode(one, clusters),
    ...ofService(one),
    ...ofDns(one, clusters),
    ...(other ? ofLink(one, other) : []),
    ...(far ? ofClusters(one.cluster, far.cluster, clusters) : []),
  ];
}

interface Place {
  cluster: string;
  node: string;
}

const isAt = (place: Place, pod: Pod) => pod.node === place.node && pod.cluster === place.cluster;
const drop = (when: (packet: Packet) => boolean): Broken => ({
  packet: (packet) => (when(packet) ? "timeout" : undefined),
});
const name = ({ cluster, node }: Place) => `${cluster}/${node}`;
const both = (kind: string, one: string, other: string) => `${kind}/${[one, other].toSorted().join("<>")}`;

function ofNode(one: Place, clusters: Clusters): MadeUp[] {
  const isOnly = clusters.flatMap(({ nodes }) => nodes).length === 1;
  return [
    ...(isOnly
      ? []
      : [
          {
            kind: "node",
            broken: drop(({ from, to }) => isAt(one, from) !== isAt(one, to)),
            causes: [`lost node/${name(one)}`],
          },
          {
            kind: "node-lossy",
            broken: {
              packet: ({ from, to }: Packet, random: () => number) =>
                isAt(one, from) !== isAt(one, to) && random() < 0.2 ? ("timeout" as const) : undefined,
            },
            causes: [`lossy node/${name(one)}`],
          },
        ]),
    {
      kind: "within-node",
      broken: drop(({ from, to }) => isAt(one, from) && isAt(one, to)),
      causes: [`lost within-node/${name(one)}`],
    },
    {
      kind: "client",
      broken: drop(({ from, to }) => [from, to].some((pod) => isAt(one, pod) && pod.name === "client")),
      causes: [`lost pod/${name(one)}/client`],
    },
    {
      kind: "echo",
      broken: drop(({ from, to }) => [from, to].some((pod) => isAt(one, pod) && pod.name === "echo")),
      causes: [`lost pod/${name(one)}/echo`],
    },
  ];
}

function ofLink(one: Place, other: Place): MadeUp[] {
  const link = both("link", name(one), name(other));
  const forward = `link/${name(one)}>${name(other)}`;
  const goes = ({ from, to }: Packet) => isAt(one, from) && isAt(other, to);
  return [
    { kind: "link", broken: drop(goes), causes: [`lost ${link}`] },
    { kind: "link-questions", broken: drop((packet) => packet.asks && goes(packet)), causes: [`lost ${forward}`] },
    {
      kind: "link-udp",
      broken: drop((packet) => packet.transport === "udp" && goes(packet)),
      causes: [`lost ${link} udp`],
    },
    {
      kind: "link-tcp",
      broken: drop((packet) => packet.transport === "tcp" && goes(packet)),
      causes: [`lost ${link} tcp`],
    },
    { kind: "link-size", broken: drop((packet) => packet.bytes > 1400 && goes(packet)), causes: [`too-large ${link}`] },
    {
      kind: "link-port",
      broken: drop((packet) => packet.port === 8081 && goes(packet)),
      causes: [`lost ${link} port 8081`],
    },
  ];
}

function ofClusters(one: string, other: string, clusters: Clusters): MadeUp[] {
  const pair = both("clusters", one, other);
  const goes = ({ from, to }: Packet) => from.cluster === one && to.cluster === other;
  const links = clusters
    .filter((cluster) => cluster.name === one || cluster.name === other)
    .map(({ nodes }) => nodes.length);
  if (Math.min(...links) < 2) return [];
  return [
    { kind: "clusters", broken: drop(goes), causes: [`lost ${pair}`] },
    {
      kind: "clusters-questions",
      broken: drop((packet) => packet.asks && goes(packet)),
      causes: [`lost clusters/${one}>${other}`],
    },
    {
      kind: "clusters-size",
      broken: drop((packet) => packet.bytes > 1400 && goes(packet)),
      causes: [`too-large ${pair}`],
    },
    {
      kind: "clusters-udp",
      broken: drop((packet) => packet.transport === "udp" && goes(packet)),
      causes: [`lost ${pair} udp`],
    },
    {
      kind: "clusters-refused",
      broken: { packet: (packet) => (goes(packet) && packet.asks ? "refused" : undefined) },
      causes: [`refused clusters/${one}>${other}`],
    },
  ];
}

function ofService(one: Place): MadeUp[] {
  return [
    {
      kind: "proxy",
      broken: { service: (_, asker) => (isAt(one, asker) ? "timeout" : undefined) },
      causes: [`lost proxy/${name(one)}`],
    },
    {
      kind: "service-on-node",
      broken: { service: (service, asker) => (service === "run/echo" && isAt(one, asker) ? "timeout" : undefined) },
      causes: [`lost service/${name(one)}/run/echo`],
    },
    {
      kind: "service",
      broken: {
        service: (service, asker) =>
          service === "run/echo-numbered" && asker.cluster === one.cluster ? "refused" : undefined,
      },
      causes: [`wrong service/${one.cluster}/run/echo-numbered`],
    },
    {
      kind: "stale-backend",
      broken: {
        backends: (service, asker, pods) =>
          service === "run/echo" && isAt(one, asker) ? [...pods, { ...one, name: "gone" }] : pods,
        packet: ({ to }) => (to.name === "gone" ? "timeout" : undefined),
      },
      causes: [`stale service/${name(one)}/run/echo`],
    },
  ];
}

function ofDns(one: Place, clusters: Clusters): MadeUp[] {
  const servers = clusters.find(({ name: cluster }) => cluster === one.cluster)?.nodes.slice(0, 2) ?? [];
  const [server] = servers;
  return [
    {
      kind: "dns-udp",
      broken: {
        dns: (asked, transport) => (asked.cluster === one.cluster && transport === "udp" ? "timeout" : undefined),
      },
      causes: [`lost dns/${one.cluster} udp`],
    },
    {
      kind: "search",
      broken: { search: (asker) => (isAt(one, asker) ? "no-such-name" : undefined) },
      causes: [`missing resolver/${name(one)}`],
    },
    ...(server !== undefined && servers.length > 1
      ? [
          {
            kind: "dns-server-silent",
            broken: {
              dns: (asked: Pod) =>
                isAt({ cluster: one.cluster, node: server }, asked) ? ("timeout" as const) : undefined,
            },
            causes: [`lost dns-server/${one.cluster}/${server}/dns-server`],
          },
          {
            kind: "dns-server-fails",
            broken: {
              dns: (asked: Pod) =>
                isAt({ cluster: one.cluster, node: server }, asked) ? ("server-failure" as const) : undefined,
            },
            causes: [`wrong dns-server/${one.cluster}/${server}/dns-server`],
          },
        ]
      : []),
  ];
}

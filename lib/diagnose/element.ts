/** A part of the clusters that can be broken by itself, as README.md lists them. */
export interface Element {
  kind: Kind;
  cluster: string;
  node?: string;
  /** Of a pod, a DNS server or an ingress class; of a Service with its namespace's role. */
  name?: string;
  /** The other end of a link, of clusters, of addresses or of a mesh. */
  to?: { cluster: string; node?: string };
  /** True where packets of both directions are meant, or it cannot be told which. */
  bothWays?: true;
}

export type Kind =
  | "pod"
  | "within-node"
  | "node"
  | "link"
  | "clusters"
  | "addresses"
  | "proxy"
  | "service"
  | "backend"
  | "dns"
  | "dns-server"
  | "resolver"
  | "node-port"
  | "host"
  | "outside"
  | "hairpin"
  | "load-balancer"
  | "ingress"
  | "mesh"
  | "policy"
  | "masquerade"
  | "claim";

/** Writes an element as causes name it. Equal elements have equal names, whichever end of two-way ones comes first. */
export function elementId({ kind, cluster, node, name, to, bothWays }: Element): string {
  const place = (end: { cluster: string; node?: string }) => [end.cluster, end.node].filter(isThere).join("/");
  if (kind === "claim") return [kind, name, cluster].filter(isThere).join("/");
  if (!to) return [kind, cluster, node, name].filter(isThere).join("/");
  const ends = [place({ cluster, ...(node === undefined ? {} : { node }) }), place(to)];
  const inOrder = bothWays ? ends.toSorted() : ends;
  return `${kind}/${inOrder.join(bothWays ? "<>" : ">")}`;
}

function isThere(part: string | undefined): part is string {
  return part !== undefined && part !== "";
}

import { isIPv4, isIPv6 } from "node:net";
import type { ClusterView } from "./cluster-view.ts";
import { findImport } from "./find-import.ts";
import { findName, type Found, type Target } from "./find-name.ts";

/** A record of an answer; names without the final dot. */
export type DnsRecord =
  | { name: string; ttl: number; type: "A" | "AAAA" | "CNAME" | "PTR" | "NS" | "TXT"; data: string }
  | { name: string; ttl: number; type: "SRV"; data: { priority: number; weight: number; port: number; target: string } }
  | { name: string; ttl: number; type: "SOA"; data: SoaFields };

interface SoaFields {
  mname: string;
  rname: string;
  serial: number;
  refresh: number;
  retry: number;
  expire: number;
  minimum: number;
}

/** What is to be said about one question. `SERVFAIL`: the name belongs to no zone of ours, and there is nobody to ask. */
export interface Answer {
  rcode: "NOERROR" | "NXDOMAIN" | "SERVFAIL";
  isAuthoritative: boolean;
  answers: DnsRecord[];
  authorities: DnsRecord[];
  additionals: DnsRecord[];
}

/** The zones of forward names. */
export interface Zones {
  /** The cluster's own: `cluster.local` */
  domain: string;
  /** That of imported Services, where there are any: `clusterset.local` */
  clusterSetDomain?: string;
}

const ttlSeconds = 30;
const schemaVersion = "1.1.0";
const schemaTtlSeconds = 28_800;
const longestAliasChain = 8;

/**
 * Answers one question from what is known about the cluster. Names match in any case; records repeat the question's spelling.
 *
 * Follows the DNS specification 1.1.0 of Kubernetes; where that leaves it open, CoreDNS with kubeadm's configuration (`pods insecure`,
 * TTL 30): a headless Service without ready endpoints has no name at all, and a SRV question for a Service's own name lists all ports.
 * Unlike CoreDNS, an alias whose target inside the cluster has no address is still shown.
 *
 * @see https://github.com/kubernetes/dns/blob/master/docs/specification.md
 */
export function answerQuestion(view: ClusterView, zones: Zones, question: { name: string; type: string }): Answer {
  const { domain, clusterSetDomain } = zones;
  const name = question.name.toLowerCase().replace(/\.$/, "");
  const all = [domain, ...(clusterSetDomain === undefined ? [] : [clusterSetDomain]), "in-addr.arpa", "ip6.arpa"];
  const zone = all.find((each) => name === each || name.endsWith(`.${each}`));
  if (zone === undefined)
    return { rcode: "SERVFAIL", isAuthoritative: false, answers: [], authorities: [], additionals: [] };
  if (question.type === "SOA" && name === zone) return positive([soa(view, zone)]);

  const found = zone === clusterSetDomain ? findImport(view, zone, name) : findName(view, domain, zone, name);
  if (found.kind === "none") return negative("NXDOMAIN", soa(view, zone));
  const { answers, additionals } = recordsFor(view, domain, found, question);
  if (answers.length === 0) return negative("NOERROR", soa(view, zone));
  const isDangling = answers.every(({ type }) => type === "CNAME") && question.type !== "CNAME";
  return { ...positive(answers, additionals), authorities: isDangling ? [soa(view, zone)] : [] };
}

function recordsFor(
  view: ClusterView,
  domain: string,
  found: Found,
  question: { name: string; type: string },
): { answers: DnsRecord[]; additionals: DnsRecord[] } {
  const { name, type } = question;
  const only = (answers: DnsRecord[], additionals: DnsRecord[] = []) => ({ answers, additionals });
  switch (found.kind) {
    case "alias":
      return only(["A", "AAAA", "CNAME"].includes(type) ? followAlias(view, domain, found.target, question) : []);
    case "pointer":
      return only(type === "PTR" ? found.names.map((data) => ({ name, ttl: ttlSeconds, type, data })) : []);
    case "version":
      return only(type === "TXT" ? [{ name, ttl: schemaTtlSeconds, type, data: schemaVersion }] : []);
    case "targets":
      if (type === "A" || type === "AAAA") return only(addresses(found.targets, name, [type]));
      return type === "SRV" ? services(found.targets, name) : only([]);
    case "apex":
      if (type !== "NS") return only([]);
      return only([{ name, ttl: ttlSeconds, type, data: found.owner }], addresses(found.servers, found.owner));
    default:
      return only([]);
  }
}

function followAlias(
  view: ClusterView,
  domain: string,
  target: string,
  { name, type }: { name: string; type: string },
): DnsRecord[] {
  const chain: DnsRecord[] = [{ name, ttl: ttlSeconds, type: "CNAME", data: target }];
  if (type === "CNAME") return chain;
  for (let next = target.toLowerCase(); next.endsWith(`.${domain}`) && chain.length < longestAliasChain;) {
    const found = findName(view, domain, domain, next);
    if (found.kind !== "alias") return [...chain, ...recordsFor(view, domain, found, { name: next, type }).answers];
    chain.push({ name: next, ttl: ttlSeconds, type: "CNAME", data: found.target });
    next = found.target.toLowerCase();
  }
  return chain;
}

const addressTypes = { A: isIPv4, AAAA: isIPv6 };

type AddressType = keyof typeof addressTypes;

/** Of both families where none is asked for. */
function addresses(targets: Target[], name: string, types: AddressType[] = ["A", "AAAA"]): DnsRecord[] {
  const distinct = [...new Set(targets.map(({ address }) => address))];
  return types.flatMap((type) =>
    distinct.filter(addressTypes[type]).map((data): DnsRecord => ({ name, ttl: ttlSeconds, type, data })),
  );
}

function services(targets: Target[], name: string): { answers: DnsRecord[]; additionals: DnsRecord[] } {
  const all = targets.flatMap(({ ports, owner }) => ports.map(({ port }) => ({ port, owner })));
  const distinct = new Map(all.map((each) => [`${each.port} ${each.owner}`, each]));
  const weight = Math.max(1, Math.floor(100 / Math.max(1, distinct.size)));
  const answers = [...distinct.values()].map(({ port, owner }): DnsRecord => {
    return { name, ttl: ttlSeconds, type: "SRV", data: { priority: 0, weight, port, target: owner } };
  });
  const owners = new Set(all.map(({ owner }) => owner));
  const additionals = [...owners].flatMap((owner) =>
    addresses(
      targets.filter((each) => each.owner === owner),
      owner,
    ),
  );
  return { answers, additionals };
}

function soa(view: ClusterView, zone: string): DnsRecord {
  const data = {
    mname: `ns.dns.${zone}`,
    rname: `hostmaster.${zone}`,
    serial: view.serial(),
    refresh: 7200,
    retry: 1800,
    expire: 86_400,
    minimum: ttlSeconds,
  };
  return { name: zone, ttl: ttlSeconds, type: "SOA", data };
}

function positive(answers: DnsRecord[], additionals: DnsRecord[] = []): Answer {
  return { rcode: "NOERROR", isAuthoritative: true, answers, authorities: [], additionals };
}

function negative(rcode: "NOERROR" | "NXDOMAIN", start: DnsRecord): Answer {
  return { rcode, isAuthoritative: true, answers: [], authorities: [start], additionals: [] };
}

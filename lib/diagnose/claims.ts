import type { Element } from "./element.ts";
import type { Facts } from "./facts.ts";
import type { Effect } from "./hypothesis.ts";
import { policyAspect, policyElements } from "./policy-rules.ts";
import type { Seen, Symptom } from "./seen.ts";
import { isAboutRanges, sharingPod } from "./shared-addresses.ts";

/** What a path says about something else than packets on their way: that it is known, chosen, rewritten, enforced as promised. */
export interface Stake {
  effect: Effect;
  element: Element;
  /** What the path is about; another aspect of the same element may be fine although this one is not. */
  aspect: string;
  /** Which part of its attempts is about the element. */
  chance: number;
  /** Failures that it explains. */
  symptoms: readonly Symptom[];
}

interface Row {
  of: RegExp;
  effect: Effect;
  symptoms: readonly Symptom[];
  /** Whether a path of these scenarios has to do with it; default: all. */
  when?: (seen: Seen) => boolean;
  elements(seen: Seen, facts: Facts): (Element | [Element, number])[];
  /** Default: the scenario. */
  aspect?: (seen: Seen) => string;
}

/** Lists the stakes of a path; in any case that the claim itself does not hold in its cluster. */
export function stakesOf(seen: Seen, facts: Facts): Stake[] {
  const { scenario } = seen.path;
  const stakes = table
    .filter(({ of, when }) => of.test(scenario) && (when?.(seen) ?? true))
    .flatMap(({ effect, symptoms, elements, aspect }) =>
      elements(seen, facts).map((named): Stake => {
        const [element, chance] = Array.isArray(named) ? named : [named, 1];
        return { effect, element, chance, symptoms, aspect: aspect?.(seen) ?? scenario };
      }),
    );
  return [...stakes, ...fallback(seen)];
}

const strange: Symptom[] = ["wrong", "absent", "open", "nameless", "server-failure", "gateway"];
const anything: Symptom[] = [...strange, "silent", "refused", "late"];

const isAudit = /^host-paths\/(every-node|control-plane|api-server)$/;

/** What happens to packets has elements of its own; where it is asked in other ways, this is all that can be said. */
function fallback({ path, way }: Seen): Stake[] {
  const isOfNetwork = !["api", "environment"].includes(way.rung);
  const element: Element = { kind: "claim", cluster: path.to.cluster || path.from.cluster, name: path.scenario };
  return [
    {
      effect: way.denial || isAudit.test(path.scenario) ? "open" : "wrong",
      element,
      chance: 1,
      symptoms: isOfNetwork ? strange : anything,
      aspect: [way.act, way.service, path.from.cluster, path.id.split("/").at(-1)].join(" "),
    },
  ];
}

const table: Row[] = [
  {
    of: /^service-dns\/|^services\//,
    effect: "wrong",
    symptoms: ["nameless", "server-failure", "wrong", "absent", "silent", "refused"],
    // Records of what is gone lead nowhere, and those of other Services to other ports; a server that says nothing gives no records.
    when: ({ way, symptom }) =>
      way.looksUp !== undefined && !(way.rung === "dns" && (symptom === "silent" || symptom === "refused")),
    elements: dnsElements,
    aspect: ({ path, way }) => `${way.service ?? path.to.name} ${recordsOf(path.scenario)}`,
  },
  {
    of: /./,
    effect: "missing",
    // Servers do not know, or may not ask, about names outside of the cluster's domain.
    symptoms: ["nameless", "server-failure"],
    when: ({ way }) => way.looksUp !== undefined && isRelative(way.looksUp),
    elements: (seen) => ofAsker(seen, (cluster, node) => [{ kind: "resolver", cluster, node }]),
    aspect: () => "search list",
  },
  {
    of: /^services\/(?!no-endpoints|hairpin|external-name)|^self-healing|^host-paths\/node-to-service/,
    effect: "wrong",
    symptoms: ["wrong"],
    when: isAtServiceAddress,
    elements: (seen) => serviceElements(seen).filter(({ kind, node }) => kind !== "service" || node !== undefined),
    aspect: ({ path, way }) => `${path.scenario} ${way.act ?? ""}`,
  },
  {
    // A Service that refuses wherever it is asked leads to a port at which nobody listens.
    of: /^services\/(?!no-endpoints|hairpin|external-name)|^self-healing|^host-paths\/node-to-service/,
    effect: "wrong",
    symptoms: ["wrong", "refused"],
    when: isAtServiceAddress,
    elements: (seen) => serviceElements(seen).filter(({ kind, node }) => kind === "service" && node === undefined),
    aspect: ({ path, way }) => [path.scenario, way.act, path.protocol].join(" "),
  },
  {
    of: /^service-dns\/headless/,
    effect: "missing",
    symptoms: ["wrong"],
    elements: ({ path: { from, to }, way }) => [
      { kind: "backend", cluster: from.cluster, name: way.service ?? to.name },
    ],
  },
  {
    of: /^services\/(?!no-endpoints|hairpin|external-name)|^self-healing|^host-paths\/node-to-service/,
    effect: "missing",
    symptoms: ["absent"],
    when: isAtServiceAddress,
    elements: (seen) => serviceElements(seen).filter(({ kind, node }) => kind === "backend" || node !== undefined),
    aspect: ({ path, way }) => `${path.scenario} ${way.act ?? ""}`,
  },
  {
    of: /^services\/hairpin/,
    effect: "missing",
    symptoms: ["absent"],
    elements: (seen) => serviceElements(seen).filter(({ kind }) => kind === "backend"),
    aspect: ({ path }) => `${path.scenario} ${path.from.node}`,
  },
  {
    of: /^services\/no-endpoints/,
    effect: "open",
    symptoms: ["open"],
    when: ({ way }) => way.denial,
    elements: (seen) => serviceElements(seen).filter(({ kind }) => kind !== "proxy"),
  },
  {
    of: /^services\/hairpin/,
    effect: "lost",
    symptoms: ["silent", "refused", "absent", "late"],
    elements: (seen) => ofAsker(seen, (cluster, node) => [{ kind: "hairpin", cluster, node }]),
  },
  {
    of: /^pod-to-pod\/(same-node|across-nodes)/,
    effect: "wrong",
    symptoms: ["wrong"],
    elements: (seen) => [
      ...ofAsker(seen, (cluster, node) => [{ kind: "masquerade", cluster, node }]),
      { kind: "masquerade", cluster: seen.path.from.cluster },
    ],
    aspect: ({ path }) => path.scenario,
  },
  {
    of: /^(node-port\/local-policy|load-balancer\/client-address)/,
    effect: "wrong",
    symptoms: ["wrong"],
    when: ({ path, way }) => !way.denial && !/an answer from(?!.* saw)/.test(path.saw),
    elements: ({ path: { to }, way }) => [
      ...(way.entrance ? [{ kind: "masquerade", ...way.entrance } as const] : []),
      { kind: "masquerade", cluster: to.cluster },
    ],
  },
  {
    of: /^pod-to-pod\/round-trip/,
    effect: "slow",
    symptoms: ["wrong", "late"],
    elements: ({ path: { from, to } }) => [
      { kind: "clusters", cluster: from.cluster, to: { cluster: to.cluster }, bothWays: true },
    ],
  },
  {
    of: /^pod-to-pod\//,
    effect: "wrong",
    symptoms: anything,
    elements: (seen, { sharedAddresses }) => (sharingPod(seen, sharedAddresses) === undefined ? [] : addresses(seen)),
    aspect: ({ path: { scenario, from } }) => `${scenario} ${from.cluster}`,
  },
  {
    of: /^global-service\/configuration/,
    effect: "wrong",
    symptoms: anything,
    when: isAboutRanges,
    elements: addresses,
    aspect: () => "ranges",
  },
  {
    of: /^node-port\/health-check/,
    effect: "missing",
    symptoms: ["refused", "silent"],
    elements: ({ path: { to }, way }) => [
      ...(way.entrance ? [{ kind: "node-port", ...way.entrance } as const] : []),
      { kind: "node-port", cluster: to.cluster },
    ],
  },
  {
    of: /^node-port\//,
    effect: "wrong",
    symptoms: ["wrong", "absent", "open"],
    elements: ({ path: { to }, way }) => [
      ...(way.entrance ? [{ kind: "node-port", ...way.entrance } as const] : []),
      { kind: "node-port", cluster: to.cluster },
    ],
    aspect: ({ path, way }) => `${path.scenario} ${way.denial}`,
  },
  {
    of: /^load-balancer\/(?!client-address|address|deleted|only-ready)/,
    effect: "wrong",
    symptoms: ["wrong", "absent", "open"],
    elements: ({ path }) => [{ kind: "load-balancer", cluster: path.to.cluster }],
    // A cluster's own pods may be led there without anybody who announces the address.
    aspect: ({ path, way }) => [path.scenario, way.service ?? path.to.name, path.from.cluster].join(" "),
  },
  {
    of: /^load-balancer\/only-ready/,
    effect: "wrong",
    symptoms: ["wrong"],
    when: ({ way }) => way.rung === "load-balancer",
    elements: ({ path: { to }, way }) => [
      { kind: "backend", cluster: to.cluster, name: way.service ?? to.name },
      { kind: "load-balancer", cluster: to.cluster },
    ],
  },
  {
    of: /^load-balancer\/address/,
    effect: "missing",
    symptoms: anything,
    elements: ({ path }) => [{ kind: "load-balancer", cluster: path.to.cluster }],
    aspect: ({ path }) => path.to.name,
  },
  {
    of: /^load-balancer\/deleted/,
    effect: "stale",
    symptoms: ["open"],
    when: ({ way }) => way.denial,
    elements: ({ path }) => [{ kind: "load-balancer", cluster: path.to.cluster }],
  },
  {
    of: /^ingress-paths\//,
    effect: "wrong",
    symptoms: ["wrong", "absent", "open", "refused"],
    elements: ({ path: { to } }) => [{ kind: "ingress", cluster: to.cluster, name: to.name }],
    aspect: ({ path, way }) => `${path.scenario} ${way.host} ${way.urlPath} ${path.protocol}`,
  },
  {
    // Whether imports are there is asked of the API, too: names of those that are there are for the DNS to know.
    of: /^global-service-mcs\/(name|withdrawn-name)/,
    effect: "missing",
    symptoms: ["nameless", "server-failure"],
    elements: ({ path: { from } }) => [{ kind: "dns", cluster: from.cluster }],
    aspect: () => "imports",
  },
  {
    of: /^global-service-mcs\/withdrawn-name/,
    effect: "stale",
    symptoms: ["wrong", "open"],
    when: ({ way }) => way.act === "withdrawn",
    elements: ({ path: { from } }) => [{ kind: "dns", cluster: from.cluster }],
    aspect: () => "imports",
  },
  {
    of: /^global-service(?!\/configuration|-mcs\/conflict)/,
    effect: "missing",
    symptoms: ["absent", "nameless", "refused", "silent", "wrong"],
    when: (seen) =>
      !seen.way.denial && seen.way.act !== "withdrawn" && !isNameOfImport(seen) && !isOnlyFromElsewhere(seen.path.saw),
    elements: meshElements,
    aspect: meshAspect,
  },
  {
    of: /^global-service\/configuration/,
    effect: "wrong",
    symptoms: anything,
    when: (seen) => !isAboutRanges(seen),
    elements: ({ path: { from, to } }) => {
      const [one = "", other = ""] = [from.cluster, to.cluster].toSorted();
      return [{ kind: "mesh", cluster: one, to: { cluster: other } }];
    },
    aspect: ({ path }) => path.id.split("/").at(-1) ?? "",
  },
  {
    of: /^global-service/,
    effect: "open",
    symptoms: ["wrong", "open"],
    when: ({ path }) =>
      /one-sided|shared$|exported/.test(path.scenario) && (path.verdict === "passed" || isOnlyFromElsewhere(path.saw)),
    elements: meshElements,
    aspect: meshAspect,
  },
  {
    of: /^global-service(\/affinity|\/shares|-mcs\/(conflict|exported))/,
    effect: "wrong",
    symptoms: strange,
    elements: meshElements,
    aspect: meshAspect,
  },
  {
    of: /^global-service-mcs\/withdrawn|^global-service\/fail-over/,
    effect: "stale",
    symptoms: ["wrong", "open", "silent"],
    when: ({ way }) => way.act !== "exported" && way.act !== "asked" && way.act !== "local-backends",
    elements: meshElements,
    aspect: meshAspect,
  },
  {
    of: /^global-service\/fail-over|^global-service-mcs\/withdrawn$|^self-healing/,
    effect: "stale",
    symptoms: ["silent", "refused", "late"],
    when: ({ way }) => way.act !== "before" && way.act !== "exported" && way.act !== "local-backends",
    elements: (seen) => ofAsker(seen, (cluster, node) => [{ kind: "proxy", cluster, node }]),
    aspect: ({ path, way }) => [path.scenario, way.act, way.service].join(" "),
  },
  {
    of: /^network-policy\//,
    effect: "open",
    symptoms: ["open"],
    when: ({ way }) => way.denial,
    elements: policyElements,
    aspect: policyAspect,
  },
  {
    of: /^network-policy\//,
    effect: "lost",
    symptoms: ["silent", "refused", "hung", "nameless", "server-failure"],
    when: ({ way }) => !way.denial && way.act !== "open" && way.act !== "lifted",
    elements: policyElements,
    aspect: policyAspect,
  },
  {
    // Who goes on with what was admitted before lets through what is denied now.
    of: /^network-policy\//,
    effect: "stale",
    symptoms: ["silent", "refused", "open"],
    when: ({ way }) => way.act === "lifted" || (way.act === "denied" && way.denial),
    elements: policyElements,
    aspect: policyAspect,
  },
  {
    of: /^host-paths\/(every-node|control-plane)$/,
    effect: "open",
    symptoms: ["open"],
    when: ({ way }) => way.denial,
    elements: ({ way }) => (way.entrance ? [{ kind: "host", ...way.entrance }] : []),
    aspect: ({ way }) => `port ${way.port}`,
  },
  {
    // What a node does with its own pods says little about what it does with others.
    of: /^host-paths\/node-to-own-pods/,
    effect: "lost",
    symptoms: ["silent", "refused"],
    elements: (seen) => ofAsker(seen, (cluster, node) => [{ kind: "host", cluster, node }]),
    aspect: ({ path }) => `own pods by ${path.protocol}`,
  },
  {
    of: /^tenancy\/(pods|services)/,
    effect: "open",
    symptoms: ["open"],
    when: ({ way }) => way.denial,
    elements: ({ path: { from, to } }) => [{ kind: "clusters", cluster: from.cluster, to: { cluster: to.cluster } }],
  },
];

function ofAsker({ path: { from }, way }: Seen, make: (cluster: string, node: string) => Element[]): Element[] {
  const node = way.fromNode ?? from.node;
  return from.cluster === "" || node === undefined ? [] : make(from.cluster, node);
}

function addresses({ path: { from, to } }: Seen): Element[] {
  return [{ kind: "addresses", cluster: from.cluster, to: { cluster: to.cluster }, bothWays: true }];
}

function dnsElements({ path: { from }, way }: Seen, { dnsServers }: Facts): (Element | [Element, number])[] {
  const servers = dnsServers.get(from.cluster) ?? [];
  const asked = way.dnsServer ? [way.dnsServer] : servers;
  return [
    { kind: "dns", cluster: from.cluster },
    ...asked.map((server): [Element, number] => [{ kind: "dns-server", ...server }, 1 / asked.length]),
  ];
}

/** Names of one kind of record stand and fall together, however they are written. */
function recordsOf(scenario: string): string {
  return ["service-dns/srv", "service-dns/ptr", "service-dns/single-family", "services/external-name"].includes(
    scenario,
  )
    ? scenario
    : "addresses";
}

/** A name that is completed by the search list. */
function isRelative(name: string): boolean {
  return !/\.(svc|pod)\.[^.]+|\.arpa$/.test(name);
}

function isAtServiceAddress({ way }: Seen): boolean {
  return (way.rung === "cluster-address" || way.rung === "name") && !way.headless;
}

function serviceElements(seen: Seen): Element[] {
  const { path, way } = seen;
  const { cluster } = path.from;
  const name = way.service ?? path.to.name;
  return [
    { kind: "service", cluster, name },
    { kind: "backend", cluster, name },
    { kind: "proxy", cluster },
    ...ofAsker(seen, (own, node) => [
      { kind: "service", cluster: own, node, name },
      { kind: "proxy", cluster: own, node },
    ]),
  ];
}

/** The clusters of which the asker's own must know; those that a failure names, where it does. */
function meshElements({ path }: Seen, { clusters }: Facts): Element[] {
  const { from, to } = path;
  const mesh = (other: string): Element => ({ kind: "mesh", cluster: from.cluster, to: { cluster: other } });
  if (to.cluster !== from.cluster) return [mesh(to.cluster)];
  const others = clusters.filter((other) => other !== from.cluster);
  const named = others.filter((other) => path.verdict === "failed" && path.saw.includes(other));
  const all: Element[] = others.length > 1 ? [{ kind: "mesh", cluster: from.cluster }] : [];
  return [...(named.length === 0 ? others : named).map(mesh), ...all];
}

function meshAspect({ path, way }: Seen): string {
  return [path.scenario, way.act, way.service ?? path.to.name, path.id.split("/").at(-1)].join(" ");
}

/** Every cluster exports what these ask for: its own import is there, and has a name, whatever the others tell. */
function isNameOfImport({ path, symptom }: Seen): boolean {
  return /^global-service-mcs\/(name|withdrawn-name)$/.test(path.scenario) && symptom === "nameless";
}

/** Whether the answers that it saw are those of a cluster that should be silent, and none is missing. */
function isOnlyFromElsewhere(saw: string): boolean {
  return saw.startsWith("an answer from");
}

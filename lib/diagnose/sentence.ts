import type { Element } from "./element.ts";
import type { Effect, Hypothesis } from "./hypothesis.ts";
import { rulesText } from "./policy-rules.ts";

/** Says in one clause, without counts, what a hypothesis means: `datagrams (UDP) are lost between a and b`. */
export function clauseOf(hypothesis: Hypothesis, mtuBytes?: number): string {
  const { effect, element } = hypothesis;
  const own = ownClauses[element.kind]?.(element, effect);
  const rules = element.kind === "policy" ? rulesText(hypothesis) : undefined;
  if (own !== undefined && rules !== undefined) return `${own}: ${rules}`;
  if (own !== undefined && (hypothesis.restriction === undefined || element.kind === "host"))
    return [own, hypothesis.restriction?.text].filter((part) => part !== undefined).join(" at ");
  return `${subject(hypothesis, mtuBytes)} ${verbs[effect]} ${where(element)}`;
}

/** What that usually comes from; undefined where nothing is usual. */
export function hintOf({ effect, element }: Hypothesis): string | undefined {
  if (effect === "too-large") return 'MTU of the tunnel or a filtered ICMP "fragmentation needed"';
  if (effect === "lost" && element.kind === "clusters") return "no route, no tunnel, or a firewall between them";
  if (effect === "lost" && element.kind === "link")
    return "a missing route, a tunnel that is down, or a firewall on either node";
  if (effect === "lost" && element.kind === "node") return "its link, its routes or its CNI agent";
  if (effect === "refused" && (element.kind === "clusters" || element.kind === "link"))
    return "a firewall that rejects";
  if (element.kind === "addresses") return "pod ranges that overlap, or a pod's address given twice";
  if (element.kind === "mesh") return "the connection of the mesh, or what it synchronises";
  return undefined;
}

function subject({ effect, restriction }: Hypothesis, mtuBytes: number | undefined): string {
  const text = restriction?.text ?? "";
  if (effect === "too-large") {
    const kind = text === "udp" ? "datagrams (UDP)" : text === "tcp" ? "TCP segments" : "packets";
    return mtuBytes === undefined ? `large ${kind}` : `${kind} over ${mtuBytes.toLocaleString("en")} bytes`;
  }
  if (text === "udp") return "datagrams (UDP)";
  if (text === "tcp") return "TCP connections";
  if (text.startsWith("port ")) return `packets to ${text}`;
  return text === "" ? "packets" : `${text} packets`;
}

const verbs: Record<Effect, string> = {
  lost: "are lost",
  refused: "are refused",
  lossy: "are lost in part",
  slow: "are answered late",
  "too-large": "are lost",
  wrong: "are led wrong",
  missing: "are not known",
  stale: "are led in part to what is gone",
  open: "are let through that should not be",
};

type OwnClause = (element: Element, effect: Effect) => string | undefined;

const placeOf = ({ cluster, node }: { cluster: string; node?: string | undefined }) =>
  [cluster, node].filter((part) => part !== undefined && part !== "").join("/");

function where(element: Element): string {
  const { kind, cluster, node, name, to, bothWays } = element;
  const place = placeOf(element);
  const ends = to ? (bothWays ? `between ${place} and ${placeOf(to)}` : `from ${place} to ${placeOf(to)}`) : "";
  switch (kind) {
    case "pod":
      return `to and from the pod ${name} of ${place}`;
    case "within-node":
      return `between the pods of ${place}`;
    case "node":
      return `between the pods of ${place} and everybody outside of it`;
    case "proxy":
      return `on their way to Services from the pods of ${node === undefined ? cluster : place}`;
    case "service":
    case "backend":
      return `on their way to the Service ${name} from ${node === undefined ? "all nodes" : "the pods"} of ${place}`;
    case "dns":
      return `on their way to the DNS of ${cluster}`;
    case "dns-server":
      return `on their way to the DNS server ${name} on ${place}`;
    case "resolver":
      return `from the pods of ${place} to their DNS`;
    case "node-port":
      return `at the node ports of ${place}`;
    case "host":
      return `to and from what runs on the node ${place} itself`;
    case "outside":
      return `between this machine and the node ${place}`;
    case "hairpin":
      return `from a pod of ${place} to itself through its Service`;
    case "load-balancer":
      return `at the load balancers of ${cluster}`;
    case "ingress":
      return `at the ingress controller ${name} of ${cluster}`;
    default:
      return ends === "" ? `in ${place}` : ends;
  }
}

const ownClauses: Partial<Record<Element["kind"], OwnClause>> = {
  addresses: ({ cluster, to }) => `pods of ${cluster} and of ${to?.cluster} have the same addresses`,
  service({ name, ...place }, effect) {
    const from = `from ${place.node === undefined ? `all nodes of ${place.cluster}` : `the pods of ${placeOf(place)}`}`;
    if (effect === "wrong") return `the Service ${name} is not led to the pods that are behind it, asked ${from}`;
    if (effect === "stale") return `the Service ${name} leads in part to a backend that does not answer, asked ${from}`;
    if (effect === "open") return `the Service ${name} is answered although nothing is behind it, asked ${from}`;
    return undefined;
  },
  backend: ({ cluster, name }) => `the endpoints of the Service ${name} of ${cluster} are not the pods that it selects`,
  proxy(element, effect) {
    const place = element.node === undefined ? `on all nodes of ${element.cluster}` : `on ${placeOf(element)}`;
    if (effect === "wrong") return `addresses of Services are not led as promised ${place}`;
    if (effect === "stale") return `addresses of Services lead in part to backends that do not answer ${place}`;
    return undefined;
  },
  dns({ cluster }, effect) {
    if (effect === "wrong") return `the DNS of ${cluster} gives wrong answers`;
    if (effect === "missing") return `the DNS of ${cluster} does not know the names of imported Services`;
    return effect === "stale" ? `the DNS of ${cluster} still knows names of imports that are gone` : undefined;
  },
  "dns-server": (element, effect) =>
    effect === "wrong" ? `the DNS server ${element.name} on ${placeOf(element)} gives wrong answers` : undefined,
  resolver: (element, effect) =>
    effect === "missing"
      ? `pods of ${placeOf(element)} do not complete short names: their search list is incomplete`
      : undefined,
  "node-port"(element, effect) {
    const place = placeOf(element);
    if (effect === "missing") return `${place} does not tell load balancers whether it has backends`;
    return effect === "wrong" ? `node ports of ${place} do not lead where they should` : undefined;
  },
  "load-balancer"({ cluster }, effect) {
    if (effect === "missing") return `Services of type LoadBalancer get no address in ${cluster}`;
    if (effect === "stale") return `addresses of load balancers of ${cluster} answer after their Service is gone`;
    return effect === "wrong" ? `addresses of load balancers of ${cluster} are not as promised` : undefined;
  },
  ingress: ({ cluster, name }, effect) =>
    effect === "wrong" ? `the ingress controller ${name} of ${cluster} does not follow its rules` : undefined,
  mesh({ cluster, to }, effect) {
    const others = to?.cluster ?? "the other clusters";
    if (effect === "missing")
      return `${cluster} does not know the backends of ${others} for Services that they have together`;
    if (effect === "stale") return `${cluster} still knows what ${others} took back`;
    if (effect === "open") return `${cluster} uses backends of ${others} that are not for it`;
    return `${cluster} does not use the backends of ${others} as Services ask for it`;
  },
  policy(element, effect) {
    const place = element.node === undefined ? `on all nodes of ${element.cluster}` : `on ${placeOf(element)}`;
    if (effect === "open") return `network policies are not enforced ${place}`;
    if (effect === "stale") return `network policies hold on after they are gone ${place}`;
    return `network policies keep out ${place} what they admit`;
  },
  host: (element, effect) =>
    effect === "open" ? `what runs on ${placeOf(element)} itself answers pods that have no credentials` : undefined,
  masquerade: (element) =>
    `the addresses of clients are rewritten ${element.node === undefined ? `in ${element.cluster}` : `by ${placeOf(element)}`}`,
  clusters: ({ cluster, to }, effect) =>
    effect === "open" ? `${cluster} reaches ${to?.cluster}, and should not` : undefined,
  claim: ({ cluster, name }) => `${name} does not hold in ${cluster}`,
};

import { isIP, isIPv6 } from "node:net";
import { familyOf } from "../../base/family.ts";
import { manifestDomain } from "../../cluster/run/per-ingress-class.ts";
import type { DnsProbe } from "../../probe/probe.ts";
import type { Way } from "../../report/path-result.ts";
import type { Path } from "../path.ts";
import type { Place, Pod, Service } from "../place.ts";
import type { Question } from "../question.ts";

/**
 * Tells what a path goes through, in names. `asked` is a question that was asked on it, or would be; without one, what only a
 * question tells is left out.
 */
export function wayOf(path: Path, act: string, asked: Question | undefined): Way {
  const { from, to, expect, through } = path;
  const { answerers = [], each = false, denial, saysNo = false } = expect;
  const rung = through?.rung ?? rungOf(path, asked);
  const service = through?.service ?? (to.kind === "service" ? to : undefined);
  return {
    rung,
    ...familyOfWay(path, asked),
    ...sizes(asked),
    ...(rung === "node-port" ? {} : portOf(asked)),
    denial: denial && !saysNo && answerers.length === 0,
    ...optional("fromNode", from.kind === "pod" ? from.placedOn : undefined),
    ...optional("toNode", to.kind === "pod" && rung !== "dns" ? to.placedOn : undefined),
    ...(service ? { service: serviceName(service), ...(service.isHeadless ? { headless: true } : {}) } : {}),
    backends: answerers.flatMap(podName),
    eachBackend: each && answerers.length > 0,
    ...entranceOf(path, rung),
    ...optional("looksUp", asked && nameLookedUp(asked, [from, to])),
    ...(to.kind === "named" && to.node !== undefined && asked?.kind === "dns" && asked.server !== undefined
      ? { dnsServer: { cluster: to.cluster, node: to.node, name: to.name } }
      : {}),
    ...(to.kind === "ingress" && asked?.kind === "http" ? hostAndPath(asked, to.domain) : {}),
    ...optional("act", act === "" ? undefined : act),
  };
}

function rungOf({ from, to }: Path, asked: Question | undefined): Way["rung"] {
  if (from.kind === "api" || asked?.kind === "objects") return "api";
  if (asked?.kind === "dns" || asked?.kind === "environment") return asked.kind;
  if (to.kind === "ingress") return "ingress";
  if (to.kind === "node" || (to.kind === "pod" && to.within === "host")) return "host";
  if (to.kind === "pod") return "pod";
  return asked && "host" in asked && isIP(asked.host) === 0 ? "name" : "cluster-address";
}

/** The family of the packets; not known where a name or a resolver chooses it. */
function familyOfWay({ from, to }: Path, asked: Question | undefined): Pick<Way, "family"> {
  if (!asked || !("host" in asked || asked.kind === "dns")) return {};
  const target = asked.kind === "dns" ? asked.server : asked.host;
  if (target !== undefined && isIP(target) !== 0) return { family: familyOf(target) };
  if (asked.kind === "dns") return {};
  const told = [to, from].map((place) => ("family" in place ? place.family : undefined)).find((each) => each);
  return told === undefined ? {} : { family: told };
}

function sizes(asked: Question | undefined): Pick<Way, "bytes"> {
  if (!asked || !("host" in asked) || asked.kind === "path-mtu") return {};
  return { bytes: asked.payloadBytes ?? (asked.kind === "http" ? 0 : 64) };
}

function portOf(asked: Question | undefined): Pick<Way, "port"> {
  if (asked?.kind === "dns") return { port: asked.port ?? 53 };
  return asked && "host" in asked ? { port: asked.port } : {};
}

function serviceName({ within, namespace, name }: Service): string {
  return `${within ?? namespace}/${name}`;
}

/** A pod that runs nowhere by now is nobody's backend. */
function podName({ cluster, name, placedOn: node }: Pod): Way["backends"] {
  return node === undefined ? [] : [{ cluster, node, name }];
}

function entranceOf({ to }: Path, rung: Way["rung"]): Pick<Way, "entrance"> {
  if (rung !== "host" && rung !== "node-port") return {};
  const node = to.kind === "pod" ? to.placedOn : to.kind === "node" ? to.node : undefined;
  return node === undefined ? {} : { entrance: { cluster: to.cluster, node } };
}

function nameLookedUp(asked: Question, ends: Place[]): string | undefined {
  if (asked.kind === "dns") return stableName(asked, ends);
  const host = "host" in asked ? asked.host : "";
  return host === "" || isIP(host) !== 0 ? undefined : inRoles(host, ends);
}

/** Addresses in names are others in each run. */
function stableName({ name, type }: DnsProbe, ends: Place[]): string {
  if (type === "PTR" && isIP(name) !== 0) return isIPv6(name) ? "d.c.b.a.ip6.arpa" : "d.c.b.a.in-addr.arpa";
  const [first = "", ...rest] = inRoles(name, ends).split(".");
  return [rest[1] === "pod" ? "a-b-c-d" : first, ...rest].join(".");
}

/** Writes the namespaces of the run in a name as what they are for it. */
function inRoles(name: string, ends: Place[]): string {
  const roles = new Map(ends.flatMap((end) => ("within" in end && end.within ? [[end.namespace, end.within]] : [])));
  return name
    .split(".")
    .map((label) => roles.get(label) ?? label)
    .join(".");
}

function hostAndPath({ headers = {}, path = "/" }: Extract<Question, { kind: "http" }>, domain: string) {
  const { host = "" } = headers;
  return { host: host.replace(`.${domain}`, `.${manifestDomain}`), urlPath: path };
}

function optional<K extends string, V>(key: K, value: V | undefined): { [_ in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [_ in K]?: V };
}

import type { ApiObject } from "../api-object.ts";
import { findLocation, layOutLocations, type Locations, type PathRule, type PathType } from "./location.ts";
import { keyOf } from "./own-ingresses.ts";

/** A Service's port, as an Ingress names it. */
export interface Backend {
  namespace: string;
  service: string;
  port: { name?: string; number?: number };
}

/** Where a request goes. */
export interface Destination {
  /** `namespace/name`; empty when no Ingress had anything to say. */
  ingress: string;
  /** Absent: the controller's own answer, 404. */
  backend?: Backend;
  /** What to do with a request without TLS: `configured` redirects it when the host has TLS. */
  redirect: "never" | "configured" | "always";
}

/** What is known about the TLS of a host: which Secrets might hold its certificate. Keys are `namespace/name`. */
export interface HostTls {
  ingress: ApiObject;
  /** The Secret of the entry that lists the host; undefined when that names none, or no entry lists the host. */
  secret?: string;
  /** The Secrets that are looked at for a certificate of that name, when no entry lists the host. */
  candidates: string[];
}

export interface VirtualHost {
  /** A name, `*.` and a name, or empty for all others. */
  host: string;
  locations: Locations<Destination>;
  /** For paths of no location. */
  fallback: Destination;
  tls?: HostTls;
}

/** By host; the empty one is always there. */
export type RouteTable = ReadonlyMap<string, VirtualHost>;

/**
 * Builds the routes of Ingresses in the order of their weight, the oldest first. What two of them claim is the first one's; each adds paths
 * to hosts that others have too.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource
 */
export function buildRoutes(ingresses: ApiObject[]): RouteTable {
  const rules = ingresses.flatMap((ingress) => rulesOf(ingress).map((rule) => ({ ingress, rule })));
  const hosts = new Set(["", ...rules.map(({ rule }) => hostOf(rule))]);
  return new Map(
    [...hosts].map((host): [string, VirtualHost] => {
      const own = rules.filter(({ rule }) => hostOf(rule) === host);
      const owners = own.map(({ ingress }) => ingress);
      const tls = host === "" ? undefined : tlsOf(host, owners);
      const virtualHost: VirtualHost = {
        host,
        locations: layOutLocations(own.flatMap(({ ingress, rule }) => pathRules(ingress, rule))),
        fallback: fallbackOf(host, host === "" ? ingresses : owners),
        ...(tls && { tls }),
      };
      return [host, virtualHost];
    }),
  );
}

/** Finds the virtual host of a name: itself, else the wildcard one label above, else the one for all. */
export function findHost(table: RouteTable, name: string): VirtualHost {
  const found = table.get(name) ?? table.get(name.replace(/^[\w-]+\./, "*.")) ?? table.get("");
  if (found === undefined) throw new Error("a route table without the host for all");
  return found;
}

/** Finds where a path of a virtual host leads; `path` as `requestPath` gives it. */
export function findDestination({ locations, fallback }: VirtualHost, path: string): Destination {
  return findLocation(locations, path) ?? fallback;
}

type Rule = { host?: string; http?: { paths?: HttpPath[] } };
type HttpPath = { path?: string; pathType: PathType; backend: ServiceBackend };
type ServiceBackend = { service?: { name: string; port?: Backend["port"] } };

function rulesOf({ spec }: ApiObject): Rule[] {
  return spec?.rules ?? [];
}

function hostOf({ host }: Rule): string {
  return (host ?? "").toLowerCase();
}

function pathRules(ingress: ApiObject, { http }: Rule): PathRule<Destination>[] {
  return (http?.paths ?? []).flatMap(({ path = "", pathType, backend }) => {
    const target = destination(ingress, backend);
    // Resources other than Services are for other controllers.
    return target.backend ? [{ path, pathType, target }] : [];
  });
}

/** The default backend of the first Ingress that speaks of a host; for all other hosts also of one without rules. */
function fallbackOf(host: string, ingresses: ApiObject[]): Destination {
  const speaking = ingresses.filter((ingress) => {
    const rules = rulesOf(ingress);
    return host !== "" || (ingress["spec"]?.defaultBackend && (rules.length === 0 || rules.some((rule) => !rule.host)));
  });
  const [first] = speaking;
  if (first === undefined) return { ingress: "", redirect: "never" };
  return destination(first, first["spec"]?.defaultBackend ?? {});
}

function destination(ingress: ApiObject, { service }: ServiceBackend): Destination {
  const namespace = ingress.metadata.namespace ?? "";
  return {
    ingress: keyOf(ingress),
    ...(service && { backend: { namespace, service: service.name, port: service.port ?? {} } }),
    redirect: redirectOf(ingress.metadata.annotations ?? {}),
  };
}

/** @see https://kubernetes.github.io/ingress-nginx/user-guide/tls/#server-side-https-enforcement-through-redirect */
function redirectOf(annotations: Record<string, string>): Destination["redirect"] {
  const isSet = (name: string, usual: boolean): boolean => {
    const text = annotations[`nginx.ingress.kubernetes.io/${name}`] ?? "";
    if (/^(1|t|true)$/i.test(text)) return true;
    return /^(0|f|false)$/i.test(text) ? false : usual;
  };
  if (isSet("force-ssl-redirect", false)) return "always";
  return isSet("ssl-redirect", true) ? "configured" : "never";
}

type TlsEntry = { hosts?: string[]; secretName?: string };

function tlsOf(host: string, ingresses: ApiObject[]): HostTls | undefined {
  const ingress = ingresses.find(({ spec }) => (spec?.tls ?? []).length > 0);
  if (ingress === undefined) return undefined;
  const entries: TlsEntry[] = ingress["spec"].tls;
  const key = ({ secretName }: TlsEntry) => (secretName ? [`${ingress.metadata.namespace}/${secretName}`] : []);
  const listing = entries.find(({ hosts }) => hosts?.some((listed) => listed.toLowerCase() === host));
  const [secret] = listing ? key(listing) : [];
  return { ingress, ...(secret && { secret }), candidates: listing ? [] : entries.flatMap(key) };
}

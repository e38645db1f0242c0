import type { KubeObject } from "../../model.ts";
import { changing, hiding } from "./looks.ts";
import type { Look, View } from "./view.ts";

interface HttpPath {
  path?: string;
  pathType: string;
  backend: object;
}

interface Rule {
  host?: string;
  http?: { paths?: HttpPath[] };
}

/** An address of the lab's network that nobody has. */
const nobody = "172.19.254.254";
const controllerService = "ingress-nginx-controller";

/** What an ingress controller may see wrongly, and make of requests. */
export const ingressViews: View[] = [
  { name: "ingress.paths-swapped", sees: ofPaths(swapped) },
  { name: "ingress.prefix-as-string", sees: ofPaths((paths) => paths.map(as("Prefix", "ImplementationSpecific"))) },
  { name: "ingress.exact-as-prefix", sees: ofPaths((paths) => paths.map(as("Exact", "Prefix"))) },
  { name: "ingress.shortest-first", sees: ofPaths(shortest) },
  { name: "ingress.prefix-before-exact", sees: ofPaths(withoutExactTwins) },
  { name: "ingress.any-case", sees: ofPaths((paths) => [...paths, ...paths.map(inUpperCase)]) },
  { name: "ingress.no-default-backend", sees: ofSpec((spec) => ({ ...spec, defaultBackend: undefined })) },
  { name: "ingress.host-ignored", sees: ofRules((rules) => rules.map(({ http }) => ({ ...(http && { http }) }))) },
  { name: "ingress.no-wildcards", sees: ofRules((rules) => rules.filter(({ host }) => !host?.startsWith("*."))) },
  { name: "ingress.other-certificate", sees: ofSpec(withOtherSecrets) },
  { name: "ingress.forced-to-tls", sees: { "ingresses.networking.k8s.io": changing(forcedToTls) } },
  { name: "ingress.no-address", sees: { services: hiding(({ metadata }) => metadata.name === controllerService) } },
  { name: "ingress.wrong-address", sees: { services: changing(atWrongAddress) } },
  { name: "ingress.wildcard-spans-labels", manner: { quirk: "wildcard-spans-labels" } },
  { name: "ingress.unknown-is-found", manner: { quirk: "unknown-is-found" } },
  { name: "ingress.redirect-loses-path", manner: { quirk: "redirect-loses-path" } },
  { name: "ingress.redirect-loops", manner: { quirk: "redirect-loops" } },
  { name: "ingress.client-untold", manner: { quirk: "client-untold" } },
  { name: "ingress.host-replaced", manner: { quirk: "host-replaced" } },
  { name: "ingress.path-rewritten", manner: { quirk: "path-rewritten" } },
];

function ofSpec(change: (spec: KubeObject[string]) => object): Record<string, Look> {
  return { "ingresses.networking.k8s.io": changing((object) => ({ ...object, spec: change(object["spec"] ?? {}) })) };
}

function ofRules(change: (rules: Rule[]) => Rule[]): Record<string, Look> {
  return ofSpec((spec) => ({ ...spec, rules: change(spec.rules ?? []) }));
}

function ofPaths(change: (paths: HttpPath[]) => HttpPath[]): Record<string, Look> {
  return ofRules((rules) =>
    rules.map((rule) => ({ ...rule, http: { ...rule.http, paths: change(rule.http?.paths ?? []) } })),
  );
}

/** Each path leads to the backend of the next one of its host. */
function swapped(paths: HttpPath[]): HttpPath[] {
  return paths.map((each, index) => ({ ...each, backend: paths[(index + 1) % paths.length]?.backend ?? each.backend }));
}

function as(type: string, other: string): (path: HttpPath) => HttpPath {
  return (each) => (each.pathType === type ? { ...each, pathType: other } : each);
}

function shortest(paths: HttpPath[]): HttpPath[] {
  return paths.filter((each) => !paths.some((other) => isBelow(each.path ?? "", other.path ?? "")));
}

function isBelow(path: string, other: string): boolean {
  return path.length > other.length && `${path}/`.startsWith(`${other.replace(/\/$/, "")}/`);
}

function withoutExactTwins(paths: HttpPath[]): HttpPath[] {
  const prefixes = new Set(paths.filter(({ pathType }) => pathType === "Prefix").map(({ path }) => path));
  return paths.filter(({ path, pathType }) => pathType !== "Exact" || !prefixes.has(path));
}

function inUpperCase(each: HttpPath): HttpPath {
  return { ...each, path: (each.path ?? "").toUpperCase() };
}

/** Each host has the Secret of the next one, which is not for its name. */
function withOtherSecrets(spec: KubeObject[string]): object {
  const entries: { secretName?: string }[] = spec.tls ?? [];
  const tls = entries.map((entry, index) => ({ ...entry, ...secretOf(entries[(index + 1) % entries.length]) }));
  return { ...spec, tls };
}

function secretOf(entry: { secretName?: string } = {}): { secretName?: string } {
  return entry.secretName === undefined ? {} : { secretName: entry.secretName };
}

function forcedToTls(object: KubeObject): KubeObject {
  const annotations = { ...object.metadata.annotations, "nginx.ingress.kubernetes.io/force-ssl-redirect": "true" };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function atWrongAddress(object: KubeObject): KubeObject {
  if (object.metadata.name !== controllerService) return object;
  return { ...object, status: { loadBalancer: { ingress: [{ ip: nobody }] } } };
}

/** A request to an Ingress as the suites make it: the scenario, the host's name below the store's domain, and the path. */
export interface IngressRequest {
  scenario: string;
  host: string;
  path: string;
}

/** A row of a table of examples in the Ingress specification, and the requests that try it. */
export interface IngressExample {
  /** Type of path and the paths of the rule, or the host of the rule. */
  rule: string;
  request: string;
  matches: string;
  tried: IngressRequest[];
}

/** The domain of the suites' hosts, as their manifests have it. */
export const storeDomain = "my-online-store.example";

const prefix = (host: string, ...paths: string[]) => requests("ingress-paths/prefix", host, paths);
const exact = (...paths: string[]) => requests("ingress-paths/exact", "exact", paths);
const longest = (host: string, ...paths: string[]) => requests("ingress-paths/longest-match", host, paths);
const wildcard = (host: string) => requests("ingress-paths/wildcard-host", host, ["/"]);

/**
 * The examples of the Ingress specification, row by row. The suites ask for other names of the same shape where one host serves several rows.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/#examples
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
 */
export const ingressExamples: readonly IngressExample[] = [
  row("Prefix /", "all paths", "yes", longest("longest", "/", "/ccc", "/aaabbb")),
  row("Exact /foo", "/foo", "yes", exact("/foo")),
  row("Exact /foo", "/bar", "no", exact("/baz")),
  row("Exact /foo", "/foo/", "no", exact("/foo/")),
  row("Exact /foo/", "/foo", "no", exact("/bar")),
  row("Prefix /foo", "/foo, /foo/", "yes", prefix("shop", "/wear", "/wear/")),
  row("Prefix /foo/", "/foo, /foo/", "yes", prefix("slash", "/foo", "/foo/")),
  row("Prefix /aaa/bb", "/aaa/bbb", "no", prefix("elements", "/ccc/ddd")),
  row("Prefix /aaa/bbb", "/aaa/bbb", "yes", prefix("elements", "/aaa/bbb")),
  row("Prefix /aaa/bbb/", "/aaa/bbb", "yes, ignores trailing slash", prefix("slash", "/aaa/bbb")),
  row("Prefix /aaa/bbb", "/aaa/bbb/", "yes, matches trailing slash", prefix("elements", "/aaa/bbb/")),
  row("Prefix /aaa/bbb", "/aaa/bbb/ccc", "yes, matches subpath", prefix("elements", "/aaa/bbb/ccc")),
  row("Prefix /aaa/bbb", "/aaa/bbbxyz", "no, does not match string prefix", prefix("elements", "/aaa/bbbxyz")),
  row("Prefix /, /aaa", "/aaa/ccc", "yes, matches /aaa prefix", longest("longest", "/aaa/ccc")),
  row("Prefix /, /aaa, /aaa/bbb", "/aaa/bbb", "yes, matches /aaa/bbb prefix", longest("longest", "/aaa/bbb")),
  row("Prefix /, /aaa, /aaa/bbb", "/ccc", "yes, matches / prefix", longest("longest", "/ccc")),
  row("Prefix /aaa", "/ccc", "no, uses default backend", [
    ...requests("ingress-paths/default-backend", "default", ["/shoes"]),
    ...requests("ingress-paths/unknown-path", "shop", ["/shoes"]),
  ]),
  row("Prefix /foo, Exact /foo", "/foo", "yes, prefers Exact", longest("mixed", "/foo")),
  row("host *.foo.com", "bar.foo.com", "matches based on shared suffix", wildcard("athens.branch")),
  row("host *.foo.com", "baz.bar.foo.com", "no match, the wildcard covers one label", wildcard("old.athens.branch")),
  row("host *.foo.com", "foo.com", "no match, the wildcard covers one label", wildcard("branch")),
];

function row(rule: string, request: string, matches: string, tried: IngressRequest[]): IngressExample {
  return { rule, request, matches, tried };
}

function requests(scenario: string, host: string, paths: string[]): IngressRequest[] {
  return paths.map((path) => ({ scenario, host, path }));
}

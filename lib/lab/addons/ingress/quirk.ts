import type { PageStatus } from "./error-page.ts";
import { decide, type Asked, type Decision } from "./decide.ts";
import type { RouteTable } from "./routes.ts";

/** A way in which the controller does not do with requests what it should: for labs that somebody breaks on purpose. */
export type Quirk =
  | "wildcard-spans-labels"
  | "unknown-is-found"
  | "redirect-loses-path"
  | "redirect-loops"
  | "client-untold"
  | "host-replaced"
  | "path-rewritten";

/** Decides what becomes of a request as a controller with this quirk does; without one, as `decide`. */
export function decideWith(quirk: Quirk | undefined, table: RouteTable, asked: Asked): Decision {
  if (quirk === "wildcard-spans-labels") return decide(table, { ...asked, host: belowWildcard(table, asked.host) });
  const decision = decide(table, quirk === "redirect-loops" ? { ...asked, isTls: false } : asked);
  if (quirk !== "redirect-loses-path" || decision.action !== "redirect") return decision;
  return { ...decision, location: `${new URL(decision.location).origin}/` };
}

/** Gives the status of the controller's own answer. */
export function ownStatus(quirk: Quirk | undefined, status: PageStatus): PageStatus {
  return quirk === "unknown-is-found" && status === 404 ? 200 : status;
}

/** Gives the headers that a backend gets, names and values in turn. */
export function headersWith(quirk: Quirk | undefined, headers: string[]): string[] {
  if (quirk === "client-untold") return without(headers, /^(x-(original-)?forwarded-for|x-real-ip)$/i);
  if (quirk === "host-replaced") return ["Host", "upstream", ...without(headers, /^host$/i)];
  return headers;
}

/** Gives the path that a backend is asked for. */
export function pathWith(quirk: Quirk | undefined, path: string | undefined): string | undefined {
  return quirk === "path-rewritten" ? "/" : path;
}

function without(headers: string[], left: RegExp): string[] {
  return headers.filter((_, index) => !left.test(headers[index - (index % 2)] ?? ""));
}

/** Gives the host that a wildcard stands for directly, where one further up is the only one that there is. */
function belowWildcard(table: RouteTable, host: string | undefined): string | undefined {
  const parents = (name: string): string[] => {
    const parent = name.replace(/^[^.]+\./, "");
    return parent === name ? [] : [parent, ...parents(parent)];
  };
  if (host === undefined || table.has(host)) return host;
  const spanned = parents(host).find((parent) => table.has(`*.${parent}`));
  return spanned === undefined ? host : `any.${spanned}`;
}

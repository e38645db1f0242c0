import { requestPath } from "./request-path.ts";
import { findDestination, findHost, type Destination, type RouteTable } from "./routes.ts";

/** A request, as far as its way depends on it. */
export interface Asked {
  /** The Host header; undefined when there is none. */
  host: string | undefined;
  /** As it stands in the request line: a path, or a whole URL. */
  target: string;
  isTls: boolean;
}

/** What becomes of a request. */
export type Decision = (
  | { action: "refuse"; status: 400 | 404 }
  | { action: "redirect"; location: string }
  | { action: "forward"; backend: NonNullable<Destination["backend"]> }
) & {
  /** The host has TLS of its own, which browsers are told to remember. */
  hasTls: boolean;
};

/** Decides by host and path what becomes of a request. */
export function decide(table: RouteTable, { host: hostHeader, target, isTls }: Asked): Decision {
  const [, urlHost, urlPath] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target) ?? [];
  const host = (urlHost ?? hostHeader ?? "").toLowerCase();
  const name = host.replace(/:\d*$/, "").replace(/\.$/, "");
  const path = requestPath(urlPath === undefined ? target : urlPath.replace(/^(?!\/)/, "/"));
  if (path === undefined || !/^([\w.-]*|\[[\da-f:.]+\])$/.test(name))
    return { action: "refuse", status: 400, hasTls: false };
  const found = findHost(table, name);
  const hasTls = found.tls !== undefined;
  const { backend, redirect } = findDestination(found, path);
  const isMoved = redirect === "always" || (redirect === "configured" && hasTls);
  if (!isTls && isMoved) return { action: "redirect", location: `https://${name}${urlPath ?? target}`, hasTls };
  return backend ? { action: "forward", backend, hasTls } : { action: "refuse", status: 404, hasTls };
}

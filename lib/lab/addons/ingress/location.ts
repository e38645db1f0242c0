import { pathBytes } from "./request-path.ts";

export type PathType = "Exact" | "Prefix" | "ImplementationSpecific";

/** Where paths of one host lead. */
export interface Locations<Target> {
  exact: Map<string, Target>;
  /** Compared with the beginning of a path; longest first. */
  beginnings: [text: string, target: Target][];
}

export interface PathRule<Target> {
  path: string;
  pathType: PathType;
  target: Target;
}

/**
 * Turns path rules, the weightier first, into locations as NGINX knows them.
 *
 * `Exact` is the path itself. `Prefix` is all that begins with the path and a slash, and the path without one, unless an `Exact` rule has
 * that. `ImplementationSpecific` is all that begins with the path's characters. Of rules for the same location the first counts.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types
 */
export function layOutLocations<Target>(rules: PathRule<Target>[]): Locations<Target> {
  const exact = new Map<string, Target>();
  const beginnings = new Map<string, Target>();
  const of = (type: PathType) => rules.filter(({ pathType }) => pathType === type);
  for (const { path, target } of of("Exact")) addFirst(exact, pathBytes(path), target);
  for (const { path, pathType, target } of rules) {
    if (pathType === "Exact") continue;
    const text = pathBytes(path === "" ? "/" : path);
    const bare = text.replace(/\/+$/, "");
    if (pathType === "ImplementationSpecific") addFirst(beginnings, text, target);
    else {
      addFirst(beginnings, `${bare}/`, target);
      if (bare !== "") addFirst(exact, bare, target);
    }
  }
  return { exact, beginnings: [...beginnings].toSorted(([left], [right]) => right.length - left.length) };
}

/** Finds the target of a path that `requestPath` gave: the exact location, else that with the longest beginning. */
export function findLocation<Target>({ exact, beginnings }: Locations<Target>, path: string): Target | undefined {
  return exact.get(path) ?? beginnings.find(([text]) => path.startsWith(text))?.[1];
}

function addFirst<Target>(map: Map<string, Target>, key: string, target: Target): void {
  if (!map.has(key)) map.set(key, target);
}

import type { PathResult } from "../path-result.ts";

/**
 * Gives the id of a path of a baseline with the clusters called as in this run. `contexts` maps the baseline's names to this run's; one that
 * it does not have stays.
 */
export function idInThisRun({ id, from, to }: PathResult, contexts: ReadonlyMap<string, string>): string {
  const names = [from.cluster, to.cluster].flatMap((context) => {
    const now = contexts.get(context);
    return now === undefined || now === context
      ? []
      : encodings.map((encode) => [encode(context), encode(now)] as const);
  });
  if (names.length === 0) return id;
  const renamed = new Map(names);
  return segmentsOf(id)
    .map((segment) => renamed.get(segment) ?? segment)
    .join("/");
}

/**
 * Gives what a path has in common with those that ask the same on other nodes: its id with `*` in place of nodes, and whether both ends are on
 * one node. `id` is the path's, with the clusters called as in this run.
 */
export function classOf({ from, to }: PathResult, id: string): string {
  const nodes = new Set([from.node, to.node].flatMap((node) => (node ? encodings.map((encode) => encode(node)) : [])));
  // The first segments are suite and scenario, and what follows is never a node before a cluster was named.
  const pattern = segmentsOf(id).map((segment, index) => (index > 2 && nodes.has(segment) ? "*" : segment));
  const isWithin = from.cluster === to.cluster && from.node !== undefined && from.node === to.node;
  return `${pattern.join("/")}${isWithin ? " on one node" : ""}`;
}

/** Ids are made with the first of these, those of skips and of whole groups with the second one. */
const encodings = [
  (name: string) => name.replaceAll(/[%/\s]/g, (character) => encodeURIComponent(character)),
  encodeURIComponent,
];

function segmentsOf(id: string): string[] {
  return id.split("/");
}

import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair } from "yaml";

/**
 * Finds where something is in the text of a document: the key or the value that a path leads to, or the nearest thing around it that is
 * there. Follows aliases as far as the place where they are used.
 */
export function offsetOf(
  document: Document.Parsed,
  { path, aboutKey = false }: { path: (string | number)[]; aboutKey?: boolean },
): number {
  let node: unknown = document.contents;
  let offset = startOf(document.contents) ?? 0;
  for (const [index, step] of path.entries()) {
    const inside = isAlias(node) ? node.resolve(document) : node;
    const behindAlias = isAlias(node);
    const pair = isMap(inside) ? pairOf(inside.items, step) : undefined;
    const next = pair ? pair.value : isSeq(inside) ? inside.items[Number(step)] : undefined;
    if (!pair && next === undefined) break;
    const last = index === path.length - 1;
    const found = startOf(last && aboutKey ? pair?.key : next) ?? startOf(pair?.key);
    if (!behindAlias && found !== undefined) offset = found;
    node = next;
    if (behindAlias) break;
  }
  return offset;
}

function pairOf(items: Pair[], step: string | number): Pair | undefined {
  return items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
}

/** An empty value has a place of its own, behind the colon; its key tells more. */
function startOf(node: unknown): number | undefined {
  if (!isNode(node)) return undefined;
  const [start, end] = (node as Node).range ?? [];
  return isScalar(node) && start === end ? undefined : start;
}

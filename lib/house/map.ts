import { roomOf, type Tree } from "./tree.ts";
import type { Violation } from "./violation.ts";

const page = "lib/README.md";

/** Checks that the map in lib/README.md names every room that exists and no other. */
export function checkMap(tree: Tree): Violation[] {
  const rooms = new Set([...tree.keys()].filter((path) => path.startsWith("lib/")).map(roomOf));
  rooms.delete("lib");
  const named = new Set([...(tree.get(page) ?? "").matchAll(/^\| `([a-z-]+)\/`\s+\|/gm)].map(([, room]) => room));
  return [
    ...[...rooms]
      .filter((room) => !named.has(room))
      .map((room) => ({ path: page, message: `the room ${room} has no line` })),
    ...[...named]
      .filter((room) => !rooms.has(String(room)))
      .map((room) => ({ path: page, message: `there is no room ${room}` })),
  ];
}

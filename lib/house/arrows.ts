import { type Import, importsOf } from "./imports.ts";
import { codeOf, isContract, isTest, roomOf, type Tree } from "./tree.ts";
import type { Violation } from "./violation.ts";

/** Which part of a room may be imported: all of it, only its types, or one file. */
type Door = string | { room: string; only: "types" } | { file: string };

/** What the files of a room may import from other rooms. A room that is not named here may import nothing. */
const arrows: Record<string, Door[]> = {
  suites: ["scenario"],
  scenario: ["base", "cluster", "probe", { file: "lib/report/path-result.ts" }],
  report: ["base", { file: "lib/probe/outcome.ts" }, { room: "probe", only: "types" }],
  diagnose: ["base", { file: "lib/probe/outcome.ts" }, { file: "lib/report/path-result.ts" }],
  cluster: ["base"],
  probe: ["base"],
  lab: ["base"],
  base: [],
  house: [],
  lib: ["house"],
};

/** Contracts see a cluster as a user does: through a kubeconfig, with what the harness itself has. */
const contractArrows: Door[] = ["base", "cluster", "probe", "scenario"];

/** Checks that files import only from the rooms that their own room may know. */
export function checkArrows(tree: Tree): Violation[] {
  return codeOf(tree).flatMap(([file, text]) => {
    const room = roomOf(file);
    if (room === "cli") return [];
    const doors = isContract(file) ? contractArrows : (arrows[room] ?? []);
    return importsOf(file, text).flatMap((found) => {
      const message = forbidden(room, file, doors, found);
      return message === undefined ? [] : [{ path: file, line: found.line, message }];
    });
  });
}

function forbidden(room: string, file: string, doors: Door[], found: Import): string | undefined {
  const { path, specifier } = found;
  if (path === undefined)
    return room === "suites" && !isTest(file) ? `suites import from scenario only, not ${specifier}` : undefined;
  if (isTest(file) && path.startsWith("fixtures/")) return undefined;
  if (!path.startsWith("lib/") && !path.startsWith("suites/")) return `imports ${specifier}, which is outside of lib`;
  const target = roomOf(path);
  if (target === room && !(room === "suites" && !isTest(file))) return undefined;
  if (doors.some((door) => opens(door, found))) return undefined;
  if (target === "cli") return `nothing imports cli, but this imports ${specifier}`;
  return `${room} may not import ${target} (${specifier})${doors.length > 0 ? `; it may import ${doors.map(named).join(", ")}` : ""}`;
}

function opens(door: Door, { path, typesOnly }: Import): boolean {
  if (path === undefined) return false;
  if (typeof door === "string") return roomOf(path) === door;
  return "file" in door ? path === door.file : roomOf(path) === door.room && typesOnly;
}

function named(door: Door): string {
  if (typeof door === "string") return door;
  return "file" in door ? door.file.replace("lib/", "") : `types of ${door.room}`;
}

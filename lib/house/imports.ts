import { posix } from "node:path";
import { lineAt } from "./violation.ts";

/** One import or re-export in a file. */
export interface Import {
  line: number;
  /** As written. */
  specifier: string;
  /** The path from the project's root for a relative specifier, else undefined. */
  path: string | undefined;
  /** The package's name for a bare specifier that is not a module of Node.js, else undefined. */
  package: string | undefined;
  /** Nothing of it is left when types are stripped. */
  typesOnly: boolean;
}

const statement =
  /^[ \t]*(?:import\s+(?:(?<clause>[\w\s{},*$]+?)\s+from\s+)?|export\s+(?<exported>(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\}))\s+from\s+)(?<quote>['"])(?<specifier>[^'"\n]+)\k<quote>/gm;
const call = /\bimport(?:\.meta\.resolve)?\(\s*(?<quote>['"`])(?<specifier>[^'"`\n]+)\k<quote>/g;

/**
 * Lists the imports of a formatted TypeScript file, static and dynamic. Dynamic imports of computed names are not seen.
 */
export function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(statement), ...text.matchAll(call)].map((match) => {
    const { clause, exported, specifier = "" } = match.groups ?? {};
    const relative = specifier.startsWith(".");
    const bare = !relative && !specifier.startsWith("node:");
    return {
      line: lineAt(text, match.index),
      specifier,
      path: relative ? posix.join(posix.dirname(file), specifier) : undefined,
      package: bare ? specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/") : undefined,
      typesOnly: isTypesOnly(clause ?? exported ?? ""),
    };
  });
}

function isTypesOnly(clause: string): boolean {
  if (/^\s*type\b/.test(clause)) return true;
  const names = /^\s*\{(?<names>[^}]*)\}\s*$/.exec(clause)?.groups?.["names"]?.split(",") ?? [];
  const written = names.map((name) => name.trim()).filter((name) => name !== "");
  return written.length > 0 && written.every((name) => name.startsWith("type "));
}

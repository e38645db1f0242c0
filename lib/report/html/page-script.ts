import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAtomically } from "../../base/write-atomically.ts";

/** A built script, and the hash of each file that went into it, by its path from the folder of the page, so that a copied tree looks at its own. */
interface Built {
  files: Record<string, string>;
  code: string;
}

const root = fileURLToPath(new URL("page/", import.meta.url));
const cache = fileURLToPath(new URL("../../../node_modules/.cache/meshgate/", import.meta.url));

let script: Promise<string> | undefined;

/**
 * Gives the script of the page as one piece that imports nothing. It is built once, and again when a file that went into it has changed;
 * where the cache below node_modules cannot be written, once per process.
 */
export function pageScript(): Promise<string> {
  script ??= cached(cache);
  return script;
}

/** Takes the script out of a cache, or builds it and puts it in. */
export async function cached(
  directory: string,
  build: (hashOf: typeof hashOfFile) => Promise<Built> = bundle,
): Promise<string> {
  const file = join(directory, "page-script.json");
  const kept = readKept(file);
  if (kept && Object.entries(kept.files).every(([name, hash]) => hashOfFile(name) === hash)) return kept.code;
  const built = await build(hashOfFile);
  try {
    mkdirSync(directory, { recursive: true });
    writeAtomically(file, JSON.stringify(built));
  } catch {}
  return built.code;
}

async function bundle(): Promise<Built> {
  // Loaded here, for most runs find the script in the cache.
  const { build } = await import("vite");
  const output = await build({
    configFile: false,
    envDir: false,
    logLevel: "silent",
    root,
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: { input: join(root, "start.ts"), output: { format: "iife" } },
    },
  });
  const chunks =
    "output" in output ? output.output : Array.isArray(output) ? output.flatMap((each) => each.output) : [];
  const [chunk, ...others] = chunks;
  if (chunk?.type !== "chunk" || others.length > 0) throw new Error("the page's script is not one file");
  const files = Object.keys(chunk.modules)
    .filter((name) => !name.startsWith("\0"))
    .map((name) => relative(root, name));
  return { files: Object.fromEntries(files.map((name) => [name, hashOfFile(name) ?? ""])), code: chunk.code };
}

function readKept(file: string): Built | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Built;
  } catch {
    return undefined;
  }
}

function hashOfFile(name: string): string | undefined {
  try {
    return createHash("sha256")
      .update(readFileSync(resolve(root, name)))
      .digest("base64");
  } catch {
    return undefined;
  }
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Text files by their path from the project's root, with forward slashes. */
export type Tree = ReadonlyMap<string, string>;

const leftOut = /^(node_modules|\.git|\.lab)$|^reports\/(?!README\.md$|results\.schema\.json$)|\.log$/;

/** Reads all text files of the project that are its own: no packages, no output of runs, no binary files. */
export function readTree(root: string): Tree {
  const tree = new Map<string, string>();
  readDirectory("");
  return tree;

  function readDirectory(directory: string): void {
    for (const entry of readdirSync(join(root, directory), { withFileTypes: true })) {
      const path = directory === "" ? entry.name : `${directory}/${entry.name}`;
      if (leftOut.test(path)) continue;
      if (entry.isDirectory()) readDirectory(path);
      if (!entry.isFile()) continue;
      const text = readFileSync(join(root, path), "utf8");
      if (!text.includes("\0")) tree.set(path, text);
    }
  }
}

/** The TypeScript files of lib and suites, which the rules on code are about. */
export function codeOf(tree: Tree): [path: string, text: string][] {
  return [...tree].filter(([path]) => /^(lib|suites)\/.*\.ts$/.test(path));
}

/** The room that a file lives in: the folder of lib, or `suites`; `lib` for files beside the rooms. */
export function roomOf(path: string): string {
  const [top = "", room = "", below] = path.split("/");
  return top === "lib" && below !== undefined ? room : top;
}

/** Whether a file is a unit, browser or end-to-end test, part of a contract, or a piece that only tests use: `test-NAME.ts`. */
export function isTest(path: string): boolean {
  return /\.(test|e2e|browser)\.ts$|\/test-[^/]*\.ts$/.test(path) || isContract(path);
}

/** Whether a file holds for any cluster: `NAME.contract.ts`, or a file of a folder `contract`. */
export function isContract(path: string): boolean {
  return /\.contract\.ts$|\/contract\//.test(path);
}

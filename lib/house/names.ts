import type { Tree } from "./tree.ts";
import type { Violation } from "./violation.ts";

const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const kebabFile = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|contract|e2e|browser|suite|d))?\.[a-z]+$/;
const vague = /^(utils?|helpers?|common|types|misc|shared|index)$|-(utils|helpers|types)$/;

/** Checks that files and folders of lib, suites and fixtures are in kebab-case and named for what they hold. */
export function checkNames(tree: Tree): Violation[] {
  return [...tree.keys()]
    .filter((path) => /^(lib|suites|fixtures)\//.test(path))
    .flatMap((path) => {
      const folders = path.split("/").slice(1, -1);
      const file = path.split("/").at(-1) ?? "";
      if (file === "README.md" && folders.every((name) => kebab.test(name))) return [];
      if (!folders.every((name) => kebab.test(name)) || !kebabFile.test(file))
        return [{ path, message: "is not in kebab-case" }];
      const stems = [...folders, file.split(".")[0] ?? ""];
      const empty = stems.find((stem) => vague.test(stem));
      return empty === undefined ? [] : [{ path, message: `"${empty}" does not say what is in it` }];
    });
}

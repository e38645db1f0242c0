import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { Diagnostic } from "../../base/diagnostic.ts";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** Finds the Chromium that the page is tried in, in the directories of a PATH. Throws a `broken` diagnostic where there is none. */
export function chromium(searched = ""): string {
  const files = searched.split(delimiter).flatMap((directory) => names.map((name) => join(directory, name)));
  const found = files.find(isExecutable);
  if (found === undefined)
    throw new Diagnostic(
      "broken",
      "There is no Chromium on this machine, in which the page of a report is tried.",
      "Install it: apt-get install --yes chromium",
    );
  return found;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

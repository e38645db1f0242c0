/**
 * Makes a link to a file below the directory of the report out of a path that may come from anywhere: it stays below that directory, and is never
 * taken for another scheme.
 */
export function reportLink(...paths: string[]): string {
  const names = paths.flatMap((path) => path.split("/")).filter((name) => !["", ".", ".."].includes(name));
  return `./${names.map((name) => encodeURIComponent(name.toWellFormed())).join("/")}`;
}

/** Tells whether a text is a link that may be followed from a page: https or http, and nothing else. */
export function isWebLink(text: string): boolean {
  return /^https?:\/\//.test(text);
}

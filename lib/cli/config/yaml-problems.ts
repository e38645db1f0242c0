import { type Document, isScalar, visit } from "yaml";

interface Found {
  offset: number;
  message: string;
}

/** What the parser calls errors and a reader would not understand; the others are told in its own words. */
const ownWords: Record<string, string> = {
  DUPLICATE_KEY: "this key is there twice; keep one of them",
  MULTIPLE_DOCS: "a second document begins here; such a file has only one",
  TAB_AS_INDENT: "a tab indents this line; use blanks",
};

/** Finds what keeps a document from being read as plain values, in the order of the text. */
export function yamlProblems(document: Document.Parsed): Found[] {
  const found = [...document.errors, ...document.warnings].map(({ code, message, pos: [offset] }): Found => ({
    offset,
    message: ownWords[code] ?? `this is not YAML: ${message}`,
  }));
  if (found.length > 0) return found;
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) === undefined)
        found.push({ offset: alias.range?.[0] ?? 0, message: `there is no anchor &${alias.source} before this alias` });
    },
    Pair(_, { key }) {
      const text = isScalar(key) ? key.value : undefined;
      const offset = (key as { range?: [number, number, number] } | null)?.range?.[0] ?? 0;
      if (typeof text !== "string") found.push({ offset, message: "this key is not text; put it in quotes" });
      // A plain object would not keep it, so that nobody would notice it.
      else if (text === "__proto__") found.push({ offset, message: "there is no key __proto__" });
    },
  });
  return found;
}

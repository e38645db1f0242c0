import type { Explained } from "./explained.ts";
import { field } from "./field.ts";
import { type Layout, renderFinding } from "./finding.ts";
import type { PathResult } from "./path-result.ts";
import { moreLikeThese, type Similar, similarFindings } from "./similar.ts";

/** Kinds of findings that are shown of those that one cause explains; the others have a line each. */
const shownOfCause = 2;

/**
 * Prints failed and broken paths as blocks of lines, alike ones together: those that one cause alone explains, by cause, then the other
 * failed ones, then the broken ones. What one cause explains is shown by an example; every kind of finding is named.
 */
export function findingBlocks(paths: PathResult[], explained: (id: string) => Explained, layout: Layout): string[][] {
  const failed = paths.filter(({ verdict }) => verdict === "failed");
  const byCause = Map.groupBy(failed, ({ id }) => explained(id).only);
  const rest = paths.filter(({ id, verdict }) => verdict === "broken" || explained(id).only === undefined);
  const causes = [...byCause].flatMap(([cause, ofCause]) => (cause === undefined ? [] : [{ cause, ofCause }]));
  return [
    ...causes
      .toSorted((one, other) => one.cause - other.cause)
      .flatMap(({ cause, ofCause }) => {
        const kinds = similarFindings(ofCause, 1);
        return [...kinds.slice(0, shownOfCause).flatMap(whole), ...brief(cause, kinds.slice(shownOfCause), layout)];
      }),
    ...similarFindings(rest).flatMap(whole),
  ];

  function whole(similar: Similar): string[][] {
    const more = moreLikeThese(similar);
    return [
      ...similar.shown.map((path) => renderFinding(path, layout, explained(path.id))),
      ...(more ? [[`  ${more}`]] : []),
    ];
  }
}

function brief(cause: number, kinds: Similar[], { width }: Layout): string[][] {
  if (kinds.length === 0) return [];
  const lines = kinds.flatMap(({ shown: [path], more }) => {
    if (!path) return [];
    const how = path.outcome === "answered" ? "answered, not as promised" : path.outcome;
    const known = path.known ? ", a known issue" : "";
    return [`${path.scenario}  ${path.group}: ${more + 1} ${more === 0 ? "path" : "paths"}, ${how}${known}`];
  });
  return [
    [
      `  by cause ${cause}, too, see results.json:`,
      ...lines.flatMap((line) => field("", line, { indent: 4, labelWidth: 0, width })),
    ],
  ];
}

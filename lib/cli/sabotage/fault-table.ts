import type { FaultRow } from "./sabotage-report.ts";

/** What a cell of the table stands for, strongest first. */
const marks = { missed: "!", alarm: "X", red: "R", alsoRed: "r", broken: "b", green: "·", unasked: " " } as const;

/** Explains the table; ends with a line break. */
const legend = `${marks.red} red as it must   ${marks.alsoRed} red, too   ${marks.broken} broken   ${marks.green} asked and green   ${marks.missed} must be red and is not   ${marks.alarm} must be green and is not\n`;

/**
 * Draws faults against scenarios, in the order given: a column for each scenario, numbered below the list of their names, and at the end of
 * each line the place of the right cause among those that were named. Lines end with a line break; empty without faults.
 */
export function faultTable(rows: FaultRow[], scenarios: string[]): string {
  if (rows.length === 0) return "";
  const asked = scenarios.filter((name) => rows.some((row) => Object.hasOwn(row.scenarios, name)));
  const width = Math.max(...rows.map(({ id }) => id.length));
  const digits = `${asked.length}`.length;
  const numbers = asked.map((_, index) => `${index + 1}`.padStart(digits));
  const heads = Array.from(
    { length: digits },
    (_, line) => `${" ".repeat(width)}  ${numbers.map((number) => number[line]).join("")}`,
  );
  heads[digits - 1] += "  cause";
  const names = asked.map((name, index) => `${numbers[index]} ${name}`);
  const lines = rows.map((row) => {
    const cells = asked.map((name) => markOf(row, name)).join("");
    return `${row.id.padEnd(width)}  ${cells}  ${causeText(row)}`.trimEnd();
  });
  return [...inColumns(names), "", ...heads, ...lines, "", legend].join("\n");
}

function markOf(row: FaultRow, scenario: string): string {
  const counts = row.scenarios[scenario];
  const isAbout = (list: string[], end: string) =>
    list.some((each) => each === scenario || each.startsWith(scenario + end));
  if (isAbout(row.missed, " ")) return marks.missed;
  if (isAbout(row.falseAlarms, "/")) return marks.alarm;
  if (isAbout(row.red, " ")) return marks.red;
  if (!counts) return marks.unasked;
  if (counts.failed > 0) return marks.alsoRed;
  return counts.broken > 0 ? marks.broken : marks.green;
}

function causeText({ rank, confidence, expectedCauses, wrongAndConfident }: FaultRow): string {
  if (wrongAndConfident.length > 0) return "wrong and confident";
  if (rank !== null) return `${rank} ${confidence}`;
  return expectedCauses.length > 0 ? "not named" : "none, as it must";
}

/** Three columns, read downwards. */
function inColumns(names: string[], columns = 3): string[] {
  const height = Math.ceil(names.length / columns);
  const width = Math.max(...names.map((name) => name.length), 0);
  return Array.from({ length: height }, (_, line) =>
    Array.from({ length: columns }, (__, column) => (names[column * height + line] ?? "").padEnd(width + 2))
      .join("")
      .trimEnd(),
  );
}

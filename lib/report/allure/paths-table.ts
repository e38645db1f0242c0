import { printable } from "../../base/printable.ts";
import type { PathResult } from "../path-result.ts";
import type { AllureText } from "./allure-test.ts";
import { worstFirst } from "./worst-first.ts";

/** Makes a table in CSV of a group's paths, findings first and those that passed last; at most `limit`, and the name says so. */
export function pathsTable(paths: PathResult[], limit: number): AllureText {
  const rows = worstFirst(paths).slice(0, limit).map(rowOf);
  return {
    name: named("paths.csv", rows.length, paths.length),
    contentType: "text/csv",
    text: [columns, ...rows].map((cells) => cells.map(cell).join(",")).join("\n") + "\n",
  };
}

/** Makes JSON of the paths that failed or broke, as results.json has them, findings first; at most `limit`, and the name says so. */
export function pathsAsJson(paths: PathResult[], limit: number): AllureText {
  const wrong = worstFirst(paths).filter(({ verdict }) => verdict === "failed" || verdict === "broken");
  const shown = wrong.slice(0, limit);
  return {
    name: named("paths.json", shown.length, wrong.length),
    contentType: "application/json",
    text: `[${shown.map((path) => `\n  ${JSON.stringify(path)}`).join(",")}\n]\n`,
  };
}

const columns = [
  "verdict",
  "id",
  "from",
  "to",
  "protocol",
  "outcome",
  "expected",
  "saw",
  "reason",
  "attempts",
  "as expected",
  "latency p50 ms",
  "total ms",
];

function rowOf(path: PathResult): (string | number | undefined)[] {
  const { verdict, known, from, to, attempts, timings } = path;
  return [
    known ? `${verdict}, known` : verdict,
    path.id,
    endOf(from),
    endOf(to),
    path.protocol,
    path.outcome,
    path.expected,
    path.saw,
    path.reason,
    attempts.total,
    attempts.asExpected,
    timings.latencyP50Ms,
    timings.totalMs,
  ];
}

function endOf({ cluster, node, name, address }: PathResult["from"]): string {
  return [cluster, node, name, address].filter(Boolean).join(" ");
}

function cell(value: string | number | undefined): string {
  const text = printable(String(value ?? ""));
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function named(name: string, shown: number, all: number): string {
  return shown === all ? name : `${name} (the first ${shown} of ${all}; all are in results.json)`;
}

import { availableParallelism, freemem } from "node:os";
import { join } from "node:path";
import { exitCodes } from "../base/diagnostic.ts";
import { faults as catalogue } from "../lab/sabotage/catalogue.ts";
import { sample } from "../lab/sabotage/sample.ts";
import { loadCatalogue } from "../scenario/catalogue.ts";
import { patternText } from "./sabotage/compare.ts";
import { startLabCrew } from "./sabotage/lab-crew.ts";
import { parseSabotageOptions, type SabotageOptions } from "./sabotage/sabotage-options.ts";
import { writeSabotageReport } from "./sabotage/sabotage-report.ts";
import { type Trying, tryCatalogue } from "./sabotage/try-catalogue.ts";
import { tryPairs } from "./sabotage/try-pairs.ts";
import { onSignals } from "./signals.ts";

/** What a lab takes with everything deployed to it, and some room. */
const labBytes = 1.8e9;
const mostLabs = 6;

/** Breaks labs, and looks whether exactly the right scenarios turn red. Returns the exit code. Throws Diagnostic. */
export async function sabotage(args: string[], write: (text: string) => void): Promise<number> {
  const parsed = parseSabotageOptions(args, catalogue);
  if ("printed" in parsed || parsed.options.list) {
    write("printed" in parsed ? parsed.printed : listText());
    return exitCodes.passed;
  }
  const stop = new AbortController();
  const forget = onSignals({
    first: () => stop.abort(),
    second: () => "stopped; the labs end with this process",
  });
  try {
    return await run(parsed.options, write, stop.signal);
  } catch (error) {
    if (stop.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    forget();
  }
}

async function run(options: SabotageOptions, write: (text: string) => void, signal: AbortSignal): Promise<number> {
  const named = [...options.faults, ...(options.sample ? sample : [])];
  const chosen = catalogue.filter(({ id }) => named.length === 0 || named.includes(id));
  const { scenarios } = await loadCatalogue([]);
  const carried = Math.min(availableParallelism() + 1, Math.floor(freemem() / labBytes));
  const held = Math.max(1, Math.min(mostLabs, carried));
  const file = join(options.reportDir, options.pairs === undefined ? "sabotage.json" : "sabotage-pairs.json");
  const trying: Trying = {
    faults: chosen,
    scenarios: scenarios.map(({ name }) => name),
    complete: chosen.length === catalogue.length,
    file,
    mostLabs: options.labs ?? held,
    start: (crew, names) => startLabCrew(crew, names, signal),
    signal,
    write,
  };
  const { report, text, good } =
    options.pairs === undefined
      ? await tryCatalogue(trying)
      : await tryPairs(trying, { count: options.pairs, seed: options.seed });
  if (signal.aborted) return exitCodes.interrupted;
  writeSabotageReport(file, report);
  write(`${text}\nreport  ${file}\n`);
  return good ? exitCodes.passed : exitCodes.findings;
}

function listText(): string {
  return catalogue
    .map(({ id, topology, breaks, mustRed }) =>
      [`${id} (${topology})`, `  ${breaks}`, ...mustRed.map((pattern) => `  red: ${patternText(pattern)}`), ""].join(
        "\n",
      ),
    )
    .join("\n");
}

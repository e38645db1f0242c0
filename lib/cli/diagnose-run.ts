import { diagnose, wanted } from "../diagnose/diagnose.ts";
import type { Evidence } from "../diagnose/evidence.ts";
import type { Diagnosis } from "../report/path-result.ts";
import type { Report } from "../report/report.ts";
import type { Inquiry } from "../scenario/run/inquiry.ts";

export interface DiagnoseOptions {
  inquiry: Inquiry;
  /** Once it has aborted nothing more is asked, and no diagnosis is made. */
  signal: AbortSignal;
  /** For all that is asked. Default 20,000. */
  limitMs?: number;
}

/**
 * Diagnoses what failed, while the run's agents are still there to be asked more. Does nothing when nothing failed, or the run was
 * stopped. Never rejects: without a diagnosis the findings are what they are.
 */
export async function diagnoseRun(
  report: Report,
  options: DiagnoseOptions & { write(text: string): void },
): Promise<void> {
  try {
    const diagnosis = await diagnoseResults(report.current(), options);
    if (diagnosis) report.diagnosed(diagnosis);
  } catch (error) {
    options.write(`\nno diagnosis could be made: ${error instanceof Error ? error.message : "an unknown error"}\n`);
  }
}

/** Diagnoses results, and asks what would tell causes apart. Undefined when nothing failed, or the signal aborted. */
export async function diagnoseResults(
  results: Evidence["results"],
  { inquiry, signal, limitMs = 20_000 }: DiagnoseOptions,
): Promise<Diagnosis | undefined> {
  const failed = results.paths.filter(({ verdict }) => verdict === "failed");
  if (failed.length === 0 || signal.aborted) return undefined;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  const services = [...new Set(failed.flatMap(({ way }) => way?.service ?? []))];
  const known = { results, endpoints: await unlessOver(inquiry.endpointFacts(services), limit), confirmed: [] };
  const first = diagnose(known);
  const questions = wanted(known, first);
  const confirmed = questions.length === 0 ? [] : await unlessOver(inquiry.confirm(questions, limit), limit);
  if (signal.aborted) return undefined;
  return confirmed.length === 0 ? first : diagnose({ ...known, confirmed });
}

/** Gives nothing when the time is over before. */
function unlessOver<T>(asked: Promise<T[]>, limit: AbortSignal): Promise<T[]> {
  const { promise, resolve } = Promise.withResolvers<T[]>();
  const giveUp = () => resolve([]);
  limit.addEventListener("abort", giveUp, { once: true });
  if (limit.aborted) giveUp();
  return Promise.race([asked, promise]).finally(() => limit.removeEventListener("abort", giveUp));
}

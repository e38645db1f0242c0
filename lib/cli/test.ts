import { onEmbeddedLab, runAgainInside, runOnEmbeddedLab } from "./embedded-lab.ts";
import { labToEnter } from "./inside-lab.ts";
import { parseRunOptions } from "./options.ts";
import { kubeconfigFor, run } from "./run.ts";

/** The main job: on the clusters that `--context` names, else on the embedded lab. Returns the exit code. Throws Diagnostic. */
export async function test(args: string[], write: (text: string) => void): Promise<number> {
  const parsed = parseRunOptions(args);
  if ("printed" in parsed) {
    write(parsed.printed);
    return 0;
  }
  const { options } = parsed;
  if (!options.list) {
    if (options.contexts.length === 0) return runOnEmbeddedLab(args, write);
    const handle = labToEnter(kubeconfigFor(options), options.contexts);
    if (handle) return runAgainInside(handle, args);
  }
  return run(options, { command: args, lab: onEmbeddedLab, write });
}

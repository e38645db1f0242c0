import { constants } from "node:os";
import { exitNow } from "./exit-now.ts";

/** What a run does when it is told to stop. */
export interface StopHandlers {
  /** Called once, at the first signal. */
  first(signal: NodeJS.Signals): void;
  /** Says what is left; called at the second SIGINT or SIGTERM, after which the process exits at once with 130. */
  second(): string;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Listens for SIGINT, SIGTERM and SIGHUP until the returned function is called. */
export function onSignals({ first, second }: StopHandlers): () => void {
  let seen = 0;
  const listener = (signal: NodeJS.Signals) => {
    if (seen++ === 0) {
      first(signal);
      return;
    }
    // It says that the terminal or the starter is gone, which the kernel may say several times, and not that somebody is in a hurry.
    if (signal === "SIGHUP") return;
    process.stderr.write(`${second()}\n`);
    exitNow(128 + constants.signals.SIGINT);
  };
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

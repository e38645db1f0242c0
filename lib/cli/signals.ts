import { constants } from "node:os";

/** What a run does when it is told to stop. */
export interface StopHandlers {
  /** Called once, at the first SIGINT or SIGTERM. */
  first(signal: NodeJS.Signals): void;
  /** Says what is left; called at the second signal, after which the process exits at once with 130. */
  second(): string;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Listens for signals until the returned function is called. */
export function onSignals({ first, second }: StopHandlers): () => void {
  let seen = 0;
  const listener = (signal: NodeJS.Signals) => {
    if (++seen === 1) {
      first(signal);
      return;
    }
    process.stderr.write(`${second()}\n`);
    process.exit(128 + constants.signals.SIGINT);
  };
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

import type { Shared } from "./share.ts";
import type { SharedFacts } from "./shared-facts.ts";

/** What a cluster knows of one other cluster. */
export interface Link {
  known: ReadonlyMap<string, SharedFacts>;
  /** Follows the other cluster from now on, after catching up with it. */
  connect(): void;
  /** Hears no more of the other cluster, and keeps what it knew. */
  lose(): void;
  /** Hears no more, and forgets. */
  forget(): void;
}

/** Makes a link that knows nothing yet; `changed` is called with each key of which it then knows something else. */
export function createLink(shared: Shared, changed: (key: string) => void): Link {
  const known = new Map<string, SharedFacts>();
  let unsubscribe: (() => void) | undefined;

  function take(key: string): void {
    const facts = shared.of(key);
    if (facts === known.get(key)) return;
    if (facts === undefined) known.delete(key);
    else known.set(key, facts);
    changed(key);
  }
  function lose(): void {
    unsubscribe?.();
    unsubscribe = undefined;
  }
  return {
    known,
    lose,
    connect() {
      if (unsubscribe !== undefined) return;
      unsubscribe = shared.subscribe(take);
      for (const key of new Set([...known.keys(), ...shared.keys()])) take(key);
    },
    forget() {
      lose();
      const keys = [...known.keys()];
      known.clear();
      for (const key of keys) changed(key);
    },
  };
}

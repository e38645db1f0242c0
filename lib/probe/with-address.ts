import { lookup } from "node:dns";
import { isIP } from "node:net";
import type { Attempt } from "./attempt.ts";

/**
 * Hands over the address to ask: the literal itself, or the first address that the pod's own resolver (libc) gives for the name.
 *
 * Only the first: an application that goes on to the next address would hide that one address family is broken.
 */
export function withAddress(attempt: Attempt, host: string, use: (address: string) => void): void {
  if (isIP(host)) {
    attempt.seen.address = host;
    return use(host);
  }
  // libc's resolver takes an empty name for the own host.
  if (!host) return attempt.finish("not-run", "a probe without a host");
  attempt.awaiting("address of the name");
  lookup(host, (error, address) => {
    if (attempt.done) return;
    attempt.seen.lookupMs = attempt.elapsedMs();
    if (error) return attempt.fail(error);
    attempt.seen.address = address;
    try {
      use(address);
    } catch (thrown) {
      attempt.fail(thrown);
    }
  });
}

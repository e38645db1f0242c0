import type { Identity } from "../probe.ts";
import type { Pod } from "./pod.ts";

/** Where a question came from, as the socket saw it. */
export interface Remote {
  address: string | undefined;
  port: number | undefined;
}

/** Makes the identity that goes into one answer. An IPv4 address seen by a dual-stack socket is written as IPv4. */
export function identify(pod: Pod, nonce: unknown, remote: Remote): Identity {
  return {
    nonce: typeof nonce === "string" ? nonce : "",
    ...pod,
    clientAddress: (remote.address ?? "").replace(/^::ffff:(?=\d+\.)/i, ""),
    clientPort: remote.port ?? 0,
  };
}

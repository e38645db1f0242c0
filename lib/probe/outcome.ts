/**
 * The closed set of ways in which a probe can end. Every probe, report and verdict uses these words and no others.
 *
 * `answered` — an identified reply came back. `refused` — the peer's kernel said no (RST to SYN, ICMP port unreachable).
 * `denied` — the own kernel said no (EPERM, EACCES). `timeout` — nothing came back in time. `unreachable` — a router or
 * the own kernel knows no way (EHOSTUNREACH, ENETUNREACH). `reset` — an open connection was torn down.
 * `no-such-name` — NXDOMAIN. `no-data` — the name exists without a record of that type. `server-failure` — the name
 * server answered with any other error. `tls-failure` — the handshake failed. `wrong-answer` — a reply that is not an
 * identity of ours, or whose payload differs from what was sent. `http-status` — a reply with an unexpected HTTP status and no
 * identity. `not-run` — the probe was never asked, or its answer was lost on the way to the runner.
 */
export const outcomes = [
  "answered",
  "refused",
  "denied",
  "timeout",
  "unreachable",
  "reset",
  "no-such-name",
  "no-data",
  "server-failure",
  "tls-failure",
  "wrong-answer",
  "http-status",
  "not-run",
] as const;

export type Outcome = (typeof outcomes)[number];

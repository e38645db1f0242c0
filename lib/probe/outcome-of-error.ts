import type { Outcome } from "./outcome.ts";

/**
 * Says in the closed set of outcomes what an error of a socket, a look-up or an HTTP parser means.
 *
 * `detail` is the code and a text of ours, never the error's own message. An error that the table does not know says nothing about
 * the network, so it is `not-run`. Never throws.
 */
export function outcomeOfError(error: unknown): { outcome: Outcome; detail: string } {
  const code = codeOf(error);
  if (code === undefined) return { outcome: "not-run", detail: "an error without a code" };
  const [outcome, text] = table.get(code) ?? rules.find(([pattern]) => pattern.test(code))?.[1] ?? unknownCode;
  return { outcome, detail: `${code}: ${text}` };
}

type Meaning = readonly [Outcome, string];

/** libuv's number of EAI_NODATA; Node reports it with the code ENOTFOUND, as it does for a name that does not exist. */
const noDataErrno = -3007;

function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { code, errno } = error as { code?: unknown; errno?: unknown };
  if (typeof code !== "string") return undefined;
  return code === "ENOTFOUND" && errno === noDataErrno ? "EAI_NODATA" : code;
}

const table = new Map<string, Meaning>([
  ["ECONNREFUSED", ["refused", "the peer refused"]],
  ["ENOPROTOOPT", ["refused", "the peer does not know the protocol"]],
  ["EPERM", ["denied", "the own host does not permit it"]],
  ["EACCES", ["denied", "the own host denies access"]],
  ["EHOSTUNREACH", ["unreachable", "no route to the host"]],
  ["ENETUNREACH", ["unreachable", "no route to the network"]],
  ["EHOSTDOWN", ["unreachable", "the host is down"]],
  ["ENETDOWN", ["unreachable", "the network is down"]],
  ["ENONET", ["unreachable", "the host is not on the network"]],
  ["EAFNOSUPPORT", ["unreachable", "the own host lacks the address family"]],
  ["ECONNRESET", ["reset", "the connection was torn down"]],
  ["ECONNABORTED", ["reset", "the connection was aborted"]],
  ["ENETRESET", ["reset", "the network dropped the connection"]],
  ["ENOTCONN", ["reset", "the connection was gone"]],
  ["EPIPE", ["reset", "the connection was closed while writing"]],
  ["UND_ERR_SOCKET", ["reset", "the connection was closed before the end of the answer"]],
  ["UND_ERR_RES_CONTENT_LENGTH_MISMATCH", ["reset", "the connection was closed within the answer"]],
  ["HPE_INVALID_EOF_STATE", ["reset", "the connection was closed within the answer"]],
  ["ETIMEDOUT", ["timeout", "the own kernel gave up"]],
  ["ENOTFOUND", ["no-such-name", "the name does not exist"]],
  ["EAI_NONAME", ["no-such-name", "the name does not exist"]],
  ["EAI_NODATA", ["no-data", "the name has no address"]],
  ["EAI_ADDRFAMILY", ["no-data", "the name has no address of that family"]],
  ["EAI_AGAIN", ["server-failure", "the name server failed or was silent"]],
  ["EAI_FAIL", ["server-failure", "the name server failed"]],
  ["EPROTO", ["tls-failure", "the handshake failed"]],
  ["EADDRNOTAVAIL", ["not-run", "the own host has no free address or port"]],
  ["EADDRINUSE", ["not-run", "the own address is in use"]],
  ["EAGAIN", ["not-run", "the own host lacks a resource"]],
  ["EINVAL", ["not-run", "the own kernel takes no such argument"]],
  ["EMFILE", ["not-run", "too many open files"]],
  ["EMSGSIZE", ["not-run", "the datagram is too long to send"]],
  ["ENFILE", ["not-run", "too many open files on the host"]],
  ["ENOBUFS", ["not-run", "no buffer space"]],
  ["ENOMEM", ["not-run", "no memory"]],
]);

const rules: readonly (readonly [RegExp, Meaning])[] = [
  [/^(HPE_|UND_ERR_HEADERS_OVERFLOW)/, ["wrong-answer", "the reply is not HTTP"]],
  [
    /^(ERR_SSL_|ERR_TLS_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/,
    ["tls-failure", "the handshake failed"],
  ],
  [/^(ERR_|UND_ERR_)/, ["not-run", "the probe could not be asked"]],
];

const unknownCode: Meaning = ["not-run", "an unknown error"];

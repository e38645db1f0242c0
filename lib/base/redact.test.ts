import { expect, test } from "vitest";
import { createRedactor } from "./redact.ts";

test("a known secret is replaced wherever it stands", () => {
  const { redact } = createRedactor(["s3cr3t-token"]);
  expect(redact("Bearer s3cr3t-token, again s3cr3t-token.")).toBe("Bearer [redacted], again [redacted].");
});

test("a secret that contains another one leaves nothing behind", () => {
  const { redact } = createRedactor(["password", "password-and-more"]);
  expect(redact("it is password-and-more")).toBe("it is [redacted]");
});

test("lines of a PEM text are replaced on their own", () => {
  const { redact } = createRedactor(["-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\n-----END KEY-----\n"]);
  expect(redact("> MIIEvQIBADANBgkqhkiG9w0B")).toBe("> [redacted]");
});

test("a secret learned later is replaced from then on", () => {
  const redactor = createRedactor([]);
  expect(redactor.redact("k8s-aws-v1.abc")).toBe("k8s-aws-v1.abc");
  redactor.learn(["k8s-aws-v1.abc"]);
  expect(redactor.redact("k8s-aws-v1.abc")).toBe("[redacted]");
});

test("texts that are too short to be secrets are left alone", () => {
  expect(createRedactor(["", "dev"]).redact("development")).toBe("development");
});

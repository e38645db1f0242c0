import { spawn } from "node:child_process";
import { textOf } from "../../base/open-record.ts";
import { printable } from "../../base/printable.ts";
import type { Redactor } from "../../base/redact.ts";
import { shellQuote } from "../../base/shell-quote.ts";
import type { Access, CredentialHelper } from "./access.ts";
import { ApiFailure } from "../api-failure.ts";
import { hostOf } from "./server-host.ts";

/** What a helper printed. Certificate and key are PEM. */
export interface IssuedCredentials {
  token?: string;
  clientCertificate?: string;
  clientKey?: string;
  /** Milliseconds since the epoch; Infinity when they do not run out. */
  expiresAtMs: number;
}

const helperTimeoutMs = 60_000;
const mostOutputBytes = 1_048_576;

/**
 * Runs the credential helper of a context once, without a terminal.
 *
 * Throws ApiFailure of kind `credentials` that names the command, how it ended and the first line that it wrote to stderr, with
 * secrets taken out.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#input-and-output-formats
 */
export async function runCredentialHelper(
  access: Access,
  helper: CredentialHelper,
  redactor: Redactor,
): Promise<IssuedCredentials> {
  const end = await run(access, helper);
  const fail = (what: string, cure: string): ApiFailure =>
    new ApiFailure({
      kind: "credentials",
      context: access.context,
      server: hostOf(access.server),
      request: "credentials",
      what: redactor.redact(`the credential helper ${helper.command} ${what}`),
      cure: redactor.redact(cure),
    });
  const byHand = `Run it by hand to see more: ${[helper.command, ...helper.args].map(shellQuote).join(" ")}`;

  if (end.startError === "ENOENT")
    throw fail(
      "is not installed or not in PATH",
      helper.installHint ?? `Install ${helper.command}, or log in another way.`,
    );
  if (end.startError !== undefined) throw fail(`could not be started (${end.startError})`, byHand);
  if (end.timedOut) throw fail(`did not end within ${helperTimeoutMs / 1000} s and was stopped`, byHand);
  if (end.exitCode !== 0) {
    const how = end.exitCode === null ? "was killed by a signal" : `exited with code ${end.exitCode}`;
    const line = tellingLine(end.stderr);
    throw fail(line === "" ? how : `${how}: ${line}`, byHand);
  }
  const issued = parse(end.stdout);
  if (issued === undefined) throw fail("printed no ExecCredential with a token or a certificate", byHand);
  return issued;
}

interface HelperEnd {
  stdout: string;
  stderr: string;
  exitCode: number | null;
  startError?: string;
  timedOut: boolean;
}

function run(access: Access, helper: CredentialHelper): Promise<HelperEnd> {
  return new Promise((resolve) => {
    const end: HelperEnd = { stdout: "", stderr: "", exitCode: null, timedOut: false };
    const child = spawn(helper.command, helper.args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...helper.env, KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(access, helper)) },
    });
    const timer = setTimeout(() => {
      end.timedOut = true;
      child.kill("SIGKILL");
      // A grandchild may hold the pipes open; do not wait for it.
      child.stdout.destroy();
      child.stderr.destroy();
    }, helperTimeoutMs);
    for (const stream of ["stdout", "stderr"] as const)
      child[stream].setEncoding("utf8").on("data", (chunk: string) => {
        if (end[stream].length < mostOutputBytes) end[stream] += chunk;
      });
    child.on("error", (error) => {
      end.startError = "code" in error ? String(error.code) : "unknown error";
      clearTimeout(timer);
      resolve(end);
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ ...end, exitCode: code });
    });
  });
}

function execInfo(access: Access, helper: CredentialHelper): object {
  const cluster = {
    server: access.server,
    "tls-server-name": access.tlsServerName,
    "insecure-skip-tls-verify": access.skipTlsVerify || undefined,
    "certificate-authority-data": access.ca === undefined ? undefined : Buffer.from(access.ca).toString("base64"),
    "proxy-url": access.proxyUrl,
  };
  return {
    kind: "ExecCredential",
    apiVersion: helper.apiVersion,
    spec: { interactive: false, ...(helper.provideClusterInfo ? { cluster } : {}) },
  };
}

/** The first line, or the last one of a Python traceback, whose first line says nothing. */
function tellingLine(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  const line = lines[0]?.startsWith("Traceback") ? lines.at(-1) : lines[0];
  return printable(line ?? "")
    .trim()
    .slice(0, 300);
}

function parse(stdout: string): IssuedCredentials | undefined {
  let printed: unknown;
  try {
    printed = JSON.parse(stdout);
  } catch {
    return undefined;
  }
  const token = textOf(printed, "status", "token")?.trim();
  const clientCertificate = textOf(printed, "status", "clientCertificateData");
  const clientKey = textOf(printed, "status", "clientKeyData");
  if (token === undefined && (clientCertificate === undefined || clientKey === undefined)) return undefined;
  const expires = Date.parse(textOf(printed, "status", "expirationTimestamp") ?? "");
  return {
    ...(token === undefined ? {} : { token }),
    ...(clientCertificate === undefined || clientKey === undefined ? {} : { clientCertificate, clientKey }),
    expiresAtMs: Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires,
  };
}

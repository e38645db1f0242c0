/**
 * Exit codes of every command.
 *
 * 0 passed, 1 findings, 2 options or configuration, 3 could not look, 4 passed but for what is required, or was covered by the
 * baseline, and was not looked at, 5 passed but for what got worse than the baseline, 130 interrupted.
 */
export const exitCodes = {
  passed: 0,
  findings: 1,
  configuration: 2,
  broken: 3,
  uncovered: 4,
  regressed: 5,
  interrupted: 130,
} as const;

export type DiagnosticKind = "configuration" | "broken" | "interrupted";

/**
 * An error whose message is meant for the user: one sentence on what is wrong, then the cure.
 *
 * `configuration` — options, files or kubeconfig are wrong (exit 2). `broken` — we could not look: an API server, an agent or
 * the machine failed us (exit 3). Message and cure never hold the text of a certificate, key or token.
 */
export class Diagnostic extends Error {
  override name = "Diagnostic";
  readonly kind: DiagnosticKind;
  /** What the user can do about it; one or more lines, each a sentence or a command. */
  readonly cure: string;

  constructor(kind: DiagnosticKind, message: string, cure: string) {
    super(message);
    this.kind = kind;
    this.cure = cure;
  }

  /** Exit code that a command ends with when this error reaches it. */
  get exitCode(): number {
    return exitCodes[this.kind];
  }
}

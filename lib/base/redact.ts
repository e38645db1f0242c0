/** Removes secrets that it was told of from text. */
export interface Redactor {
  /** Adds secrets that became known later, such as a token that a credential helper issued. */
  learn(secrets: Iterable<string>): void;
  /** Replaces every known secret by `[redacted]`. */
  redact(text: string): string;
}

/** Shorter texts are never taken for secrets: replacing them would mangle ordinary words. */
const shortestSecret = 6;

/**
 * Creates a last line of defence for text that outsiders wrote (a credential helper, a proxy, an API server) before it is shown.
 *
 * Secrets of several lines are also removed line by line, for a writer may have wrapped or prefixed them. Never throws.
 */
export function createRedactor(secrets: Iterable<string>): Redactor {
  let known: string[] = [];
  const learn = (more: Iterable<string>): void => {
    const parts = [...more].flatMap((secret) => [secret.trim(), ...secretLines(secret)]);
    const all = new Set([...known, ...parts.filter((part) => part.length >= shortestSecret)]);
    // Longest first, so that no part of a secret stays when it contains another one.
    known = [...all].toSorted((one, other) => other.length - one.length);
  };
  learn(secrets);
  return {
    learn,
    redact: (text) => known.reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), text),
  };
}

function secretLines(secret: string): string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  return lines.length === 1 ? [] : lines.filter((line) => line.length >= 16 && !line.startsWith("-----"));
}

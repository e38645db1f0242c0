/**
 * Tells whether a pattern describes the whole of a text. `*` stands for any characters, also none and also `/`; every other character
 * stands for itself. Takes time by the product of both lengths at most.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let [at, read] = [0, 0];
  let star: { at: number; read: number } | undefined;
  while (read < text.length) {
    if (pattern[at] === "*") star = { at: at++, read };
    else if (pattern[at] === text[read]) [at, read] = [at + 1, read + 1];
    else if (star) {
      star.read += 1;
      [at, read] = [star.at + 1, star.read];
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

/** Tells whether a pattern may describe some text that begins so. */
export function mayBeginWith(pattern: string, beginning: string): boolean {
  const star = pattern.indexOf("*");
  const literal = star === -1 ? pattern : pattern.slice(0, star);
  return literal.startsWith(beginning) || (star !== -1 && beginning.startsWith(literal));
}

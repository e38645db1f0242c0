/**
 * Breaks text into lines of at most `width` characters, at blanks only.
 *
 * A word longer than `width`, such as an id or an address, has a line of its own and is never cut. Line breaks in the text stay.
 * Returns at least one line, which is empty for an empty text.
 */
export function wrapWords(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => wrapLine(line, width));
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    if (current !== "" && current.length + 1 + word.length > width) {
      lines.push(current);
      current = word;
    } else current = current === "" ? word : `${current} ${word}`;
  }
  return [...lines, current];
}

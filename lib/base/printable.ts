/**
 * Replaces characters that a terminal or XML would act on, or not accept, by a visible notation such as `\x1b`.
 *
 * Tabs, line feeds and everything printable stay. Use it on text that came from a cluster before writing it anywhere.
 */
export function printable(text: string): string {
  return text.toWellFormed().replaceAll(/[\p{Cc}\p{Noncharacter_Code_Point}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === "\n" || character === "\t") return character;
    return code < 256 ? String.raw`\x${code.toString(16).padStart(2, "0")}` : String.raw`\u{${code.toString(16)}}`;
  });
}

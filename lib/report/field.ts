import { printable } from "../base/printable.ts";
import { wrapWords } from "../base/wrap-words.ts";

/** Where the fields of a block stand, in columns. */
interface Columns {
  /** Default 2. */
  indent?: number;
  /** Default 10, for findings and troubles. */
  labelWidth?: number;
  /** Text is broken at blanks so that no line is longer; absent for what must stay in one piece, such as a command. */
  width?: number;
}

/** Puts a label before the first line of a text and aligns the others below it. Nothing comes back for no text. */
export function field(label: string, text: string | undefined, columns: Columns = {}): string[] {
  const { indent = 2, labelWidth = 10, width } = columns;
  if (!text) return [];
  const whole = printable(text);
  const lines = width === undefined ? whole.split("\n") : wrapWords(whole, width - indent - labelWidth);
  return lines.map((line, index) => `${" ".repeat(indent)}${(index === 0 ? label : "").padEnd(labelWidth)}${line}`);
}

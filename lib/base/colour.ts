import { styleText } from "node:util";

export type Style = "bold" | "dim" | "red" | "yellow" | "green";

/** Puts a style around text; with colour off it returns the text as it is. */
export type Paint = (style: Style, text: string) => string;

/** Makes the function that styles text, or one that leaves it plain. */
export function painter(colour: boolean): Paint {
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}

/**
 * Decides whether output is coloured: only on a terminal, not with `--no-color` (`wanted` false), not with NO_COLOR set.
 *
 * @see https://no-color.org
 */
export function colourFor(
  stream: { isTTY?: boolean | undefined },
  options: { wanted: boolean; environment: Record<string, string | undefined> },
): boolean {
  const { wanted, environment } = options;
  return wanted && stream.isTTY === true && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
}

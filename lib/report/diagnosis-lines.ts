import { printable } from "../base/printable.ts";
import { wrapWords } from "../base/wrap-words.ts";
import { field } from "./field.ts";
import type { Layout } from "./finding.ts";
import type { Cause, Diagnosis } from "./path-result.ts";

/**
 * Prints what a diagnosis says, most likely cause first: its sentence, how sure that is, the evidence, what it cannot be told from, and the
 * command to try; then how much no cause explains, and what was asked on top. Empty where nothing was found or asked.
 */
export function diagnosisLines({ causes, unexplained, confirmations }: Diagnosis, layout: Layout): string[] {
  const { width } = layout;
  const bySight = [...Map.groupBy(confirmations, ({ saw }) => saw)];
  const asked = bySight.map(([saw, all]) => `${all.map((each) => each.asked).join("; ")}: ${saw}`).join("\n");
  const rest = `${unexplained.length} of the paths that broke their claims ${unexplained.length === 1 ? "is" : "are"} explained by no cause`;
  const remarks = [
    ...(causes.length > 0 && unexplained.length > 0 ? [wrapWords(rest, width)] : []),
    ...(asked === "" ? [] : [field("asked on top", asked, { indent: 0, labelWidth: 14, width })]),
  ];
  const blocks = [...causes.map((cause, index) => causeBlock(cause, index + 1, layout)), ...remarks];
  return blocks.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

/** Prints the sentence of a cause with its number: `1. datagrams are lost from a to b (24 paths)`. */
export function causeSentence({ text }: Cause, number: number): string {
  return `${number}. ${text}`;
}

function causeBlock(cause: Cause, number: number, { width, paint }: Layout): string[] {
  const label = `${number}. `;
  const indent = label.length;
  const columns = { indent, labelWidth: "cannot tell from".length + 2 };
  const [first = "", ...more] = wrapWords(printable(causeSentence(cause, number)), width - indent);
  return [
    paint("bold", first),
    ...more.map((line) => " ".repeat(indent) + paint("bold", line)),
    ...field("confidence", cause.confidence, columns),
    ...field("evidence", [...new Set(cause.evidence)].join("\n"), { ...columns, width }),
    ...field("cannot tell from", cause.notToldFrom.join("\n"), { ...columns, width }),
    ...field("try", cause.try, columns),
  ];
}

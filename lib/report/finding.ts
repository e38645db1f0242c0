import { type Paint, painter } from "../base/colour.ts";
import { printable } from "../base/printable.ts";
import type { Explained } from "./explained.ts";
import { field } from "./field.ts";
import type { PathResult, Trouble, Uncovered, Vantage } from "./path-result.ts";

/** How text is laid out. Lines are at most `width` long unless a single id, address or command is longer. */
export interface Layout {
  width: number;
  paint: Paint;
}

/** Lines of any length without colour, for files. */
export const plainLayout: Layout = { width: 120, paint: painter(false) };

const standIns: Record<Vantage, string> = {
  runner: "asked by this machine",
  "other-cluster": "asked by an agent of another cluster, in place of this machine",
  "other-node": "asked by an agent on another node, in place of this machine",
};

/** Prints what a path is about: `cluster/node/name (address) -> cluster/name (address:port) protocol`. */
export function describePath({ from, to, protocol }: Pick<PathResult, "from" | "to" | "protocol">): string {
  return `${describeEndpoint(from)} -> ${describeEndpoint(to)} ${protocol}`;
}

/**
 * Prints a path that failed or broke as a block of lines: what it is, what was expected, what was seen, what the control saw, what
 * it means, the first broken rung where there are any below, the causes that explain it, and what to try. Lines without content are left out. Commands
 * are never wrapped.
 */
export function renderFinding(path: PathResult, { width, paint }: Layout, explained?: Explained): string[] {
  const title = path.verdict === "failed" ? paint("red", "BROKEN CLAIM") : paint("yellow", "COULD NOT LOOK");
  const header = `${path.scenario}  ${describePath(path)}`;
  const fits = printable(header).length + 3 + "COULD NOT LOOK".length <= width;
  return [
    printable(fits ? header : path.scenario) + `   ${title}`,
    ...(fits
      ? []
      : [
          ...field("from", describeEndpoint(path.from)),
          ...field("to", `${describeEndpoint(path.to)} ${path.protocol}`),
        ]),
    ...field("outside", path.vantage && standIns[path.vantage]),
    ...field("reason", path.verdict === "broken" ? path.reason : undefined, { width }),
    ...field("expected", path.expected, { width }),
    ...field("saw", path.verdict === "broken" && path.attempts.total === 0 ? undefined : path.saw, { width }),
    ...field("flap", path.flap ? "it answered as expected first, and not afterwards" : undefined, { width }),
    ...field("control", path.control, { width }),
    ...field("means", path.means, { width }),
    ...field("rung", path.way?.rung === "pod" ? undefined : explained?.rung, { width }),
    ...field("cause", explained?.causes.join(", ")),
    ...field("try", path.try),
    ...field("id", path.id),
  ];
}

/** Prints a trouble as a block of lines: the object, what happened, and the cure. */
export function renderTrouble(trouble: Trouble, { width, paint }: Layout): string[] {
  const subject = [trouble.cluster, trouble.object].filter(Boolean).join("  ");
  return [
    `${paint("yellow", "TROUBLE")}  ${printable(subject)}`.trimEnd(),
    ...field("what", trouble.message, { width }),
    ...field("cure", trouble.cure),
  ];
}

/** Prints a required scenario that was not looked at: where, and why. */
export function renderUncovered({ scenario, where = "everywhere", reason }: Uncovered, paint: Paint): string[] {
  return [
    `${printable(`${scenario}  ${where}`)}   ${paint("yellow", "REQUIRED")} and not looked at`,
    ...field("reason", reason),
  ];
}

/** Prints one end of a path: `cluster/node/name (address)`. */
export function describeEndpoint({ cluster, node, name, address }: PathResult["from"]): string {
  const names = [cluster, node, name].filter(Boolean).join("/");
  return address ? `${names} (${address})` : names;
}

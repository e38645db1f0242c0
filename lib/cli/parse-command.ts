import { type Command, CommanderError } from "commander";
import { closest } from "../base/closest.ts";
import { Diagnostic } from "../base/diagnostic.ts";
import { shellQuote } from "../base/shell-quote.ts";

/** Help and version are answered by printing; the caller has nothing left to do. */
export type Parsed<T> = { options: T } | { printed: string };

/** Runs a commander command without letting it print or exit. */
export function parse<T>(command: Command, args: string[], read: (raw: Record<string, unknown>) => T): Parsed<T> {
  let printed = "";
  command
    .exitOverride()
    .allowExcessArguments(false)
    .showSuggestionAfterError(false)
    .configureOutput({ writeOut: (text) => (printed += text), writeErr: () => {} });
  try {
    requireValues(command, args);
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { printed };
    throw new Diagnostic("configuration", messageOf(error, command), cureFor(command, error));
  }
  return { options: read(command.opts()) };
}

/** Commander takes the next option for the value of one that was given none. */
function requireValues(command: Command, args: string[]): void {
  const known = new Map(command.options.map((option) => [option.long, option]));
  for (const [index, arg] of args.entries()) {
    const option = known.get(arg);
    if (option?.required && known.has(args[index + 1]?.split("=")[0]))
      throw new CommanderError(1, "commander.optionMissingArgument", `option '${option.flags}' argument missing`);
  }
}

function messageOf(error: CommanderError, command: Command): string {
  if (error.code === "commander.excessArguments")
    return `${command.args.map(shellQuote).join(" ")} belongs to no option`;
  return error.message.replace(/^error: /, "");
}

function cureFor(command: Command, error: CommanderError): string {
  const unknown = /unknown option '(--[^'=]+)/.exec(error.message)?.[1];
  const known = command.options.map(({ long }) => long ?? "").filter(Boolean);
  const nearest = unknown === undefined ? undefined : closest(unknown, known);
  const hint =
    error.code === "commander.excessArguments"
      ? "Several names go into one value, separated by commas; a name with blanks goes into quotes.\n"
      : nearest === undefined
        ? ""
        : `Did you mean ${nearest}?\n`;
  return `${hint}All options: ${command.name()}${command.name().endsWith("--") ? "" : " --"} --help`;
}

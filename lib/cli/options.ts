import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { closest } from "../base/closest.ts";
import { Diagnostic } from "../base/diagnostic.ts";
import { parseDuration } from "../base/duration.ts";
import { shellQuote } from "../base/shell-quote.ts";
import { defaultSettings, type Settings } from "../scenario/settings.ts";
import { meshgateVersion } from "./version.ts";

export interface Toleration {
  key?: string;
  operator: "Exists" | "Equal";
  value?: string;
  effect?: string;
}

/** Options of the main job. Durations are in milliseconds. */
export interface RunOptions {
  /** `--context` and `--multi-cluster` together, in the order given. Empty: the embedded lab. */
  contexts: string[];
  kubeconfig?: string;
  suites: string[];
  list: boolean;
  dryRun: boolean;
  image: string;
  imagePullSecret?: string;
  namespacePrefix: string;
  nodeSelector: Record<string, string>;
  tolerations: Toleration[];
  maxNodes: number;
  /** Forces from where nodes and load balancers are asked from outside; else that is found out. */
  outside?: "runner" | "other-cluster" | "none";
  settings: Settings;
  timeoutMs: number;
  settleMs: number;
  keep: boolean;
  reportDir: string;
  color: boolean;
}

/** Help and version are answered by printing; the caller has nothing left to do. */
export type Parsed<T> = { options: T } | { printed: string };

const defaultImage = "docker.io/library/node:24-alpine";

/** Parses the options of the main job. Throws Diagnostic `configuration` for wrong ones. */
export function parseRunOptions(args: string[]): Parsed<RunOptions> {
  const command = new Command("npm test --")
    .description("Says whether Kubernetes clusters really talk to each other.")
    .usage("[options]")
    .option(
      "--context <name>",
      "kubeconfig context of a cluster to test; repeatable, the first is the first row",
      append,
    )
    .option("--multi-cluster <names>", "further contexts, separated by commas; repeatable", appendList)
    .option("--kubeconfig <path>", "kubeconfig file (default: KUBECONFIG, then ~/.kube/config)", nonEmpty)
    .option("--suite <name>", "only this suite; repeatable", append)
    .option("--list", "print the scenarios, their claims and the features they need")
    .option("--dry-run", "print the plan with its stable ids and counts; deploy nothing")
    .option("--image <ref>", "Node.js image that the agents run on", nonEmpty, defaultImage)
    .option(
      "--image-pull-secret <namespace/name>",
      "Secret to copy into the run's namespace for pulling the image",
      nonEmpty,
    )
    .option("--namespace-prefix <text>", "beginning of the name of the run's namespace", namespacePrefix, "meshgate")
    .option("--node-selector <labels>", "only nodes with these labels: key=value[,key=value…]", labels)
    .option("--toleration <taint>", "tolerate key[=value][:effect]; repeatable", appendToleration)
    .option("--max-nodes <n>", "nodes per cluster, spread over zones", positiveInteger, 16)
    .addOption(
      new Option("--timeout <duration>", "for the whole run")
        .argParser(duration("--timeout", { leastMs: 1 }))
        .default(15 * 60_000, "15m"),
    )
    .addOption(
      new Option("--settle <duration>", "how long a path may take to answer as expected")
        .argParser(duration("--settle"))
        .default(30_000, "30s"),
    )
    .option("--keep", "leave what was deployed, for a look at it")
    .option("--report-dir <path>", "where the reports go", nonEmpty, "reports")
    .addOption(
      new Option("--outside <where>", "from where to ask from outside; found out unless told").choices([
        "runner",
        "other-cluster",
        "none",
      ]),
    )
    .option("--ingress-class <name>", "the IngressClass to test; found out unless told", nonEmpty)
    .option("--host-network", "also test from the nodes' own network; needs a namespace with privileged pods")
    .option("--disruptive", "also delete and roll out the run's own pods under traffic")
    .addOption(new Option("--no-color", "plain text"))
    .version(meshgateVersion, "--version")
    .helpOption("--help")
    .addHelpText("after", helpText);
  return parse(command, args, (raw) => {
    const { context = [], multiCluster = [], suite = [], toleration = [], ...others } = raw as RawRunOptions;
    const { list = false, dryRun = false, keep = false, nodeSelector = {}, timeout, settle, ...more } = others;
    const { hostNetwork = false, disruptive = false, ingressClass, ...rest } = more;
    if (context.length === 0 && multiCluster.length > 0) throw withoutFirst(multiCluster);
    return {
      ...rest,
      list,
      dryRun,
      keep,
      nodeSelector,
      settings: {
        ...defaultSettings,
        hostNetwork,
        disruptive,
        ...(ingressClass === undefined ? {} : { ingressClass }),
      },
      timeoutMs: timeout,
      settleMs: settle,
      contexts: [...context, ...multiCluster],
      suites: suite,
      tolerations: toleration,
    };
  });
}

/** The options of a main job that was given none. */
export function defaultRunOptions(): RunOptions {
  const parsed = parseRunOptions([]);
  if ("printed" in parsed) throw new Error("no options print something");
  return parsed.options;
}

type Given = Pick<
  RunOptions,
  "kubeconfig" | "image" | "imagePullSecret" | "namespacePrefix" | "maxNodes" | "reportDir" | "color"
>;

type RawRunOptions = Given &
  Partial<Pick<RunOptions, "list" | "dryRun" | "keep" | "nodeSelector">> & {
    context?: string[];
    hostNetwork?: boolean;
    disruptive?: boolean;
    ingressClass?: string;
    multiCluster?: string[];
    suite?: string[];
    toleration?: Toleration[];
    timeout: number;
    settle: number;
  };

function withoutFirst([first = "", ...further]: string[]): Diagnostic {
  const rest = further.length > 0 ? ` --multi-cluster ${shellQuote(further.join(","))}` : "";
  return new Diagnostic(
    "configuration",
    "--multi-cluster names further clusters, but --context names no first one",
    `Add it: npm test -- --context ${shellQuote(first)}${rest}`,
  );
}

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

/** A commander argument parser for an option that may be repeated. */
export function append(value: string, previous: string[] = []): string[] {
  return [...previous, nonEmpty(value)];
}

function nonEmpty(value: string): string {
  if (value.trim() === "") throw new InvalidArgumentError("It must not be empty.");
  return value;
}

/** A commander argument parser for names separated by commas, in an option that may be repeated. */
export function appendList(value: string, previous: string[] = []): string[] {
  const names = value.split(",").map((name) => name.trim());
  if (names.includes("")) throw new InvalidArgumentError("Names are separated by single commas.");
  return [...previous, ...names];
}

/** What a timer can hold; a longer one would ring at once. */
const longestMs = 2 ** 31 - 1;

/** A commander argument parser for durations such as `90s` or `15m`; gives milliseconds. */
export function duration(option: string, { leastMs = 0 } = {}): (value: string) => number {
  return (value) => {
    const durationMs = parseDuration(value, option);
    if (durationMs >= leastMs && durationMs <= longestMs) return durationMs;
    throw new InvalidArgumentError(durationMs > longestMs ? "It must be less than 24 days." : "It must be above 0.");
  };
}

function positiveInteger(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError("It must be a whole number above 0.");
  return number;
}

function namespacePrefix(value: string): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/.test(value))
    throw new InvalidArgumentError(
      "It must be at most 40 lower case letters, digits and dashes, as in meshgate-nightly.",
    );
  return value;
}

function labels(value: string, previous: Record<string, string> = {}): Record<string, string> {
  const pairs = value.split(",").map((pair) => {
    const [key, ...rest] = pair.split("=");
    if (!key || rest.length !== 1) throw new InvalidArgumentError("It must read key=value, as in disktype=ssd.");
    return [key, rest[0] ?? ""] as const;
  });
  return { ...previous, ...Object.fromEntries(pairs) };
}

function appendToleration(taint: string, previous: Toleration[] = []): Toleration[] {
  const match = /^([^=:]+)(?:=([^:]*))?(?::(NoSchedule|NoExecute|PreferNoSchedule))?$/.exec(taint);
  if (!match?.[1])
    throw new InvalidArgumentError("It must read key[=value][:effect], as in dedicated=mesh:NoSchedule.");
  const [, key, value, effect] = match;
  return [
    ...previous,
    {
      key,
      ...(value === undefined ? { operator: "Exists" as const } : { operator: "Equal" as const, value }),
      ...(effect === undefined ? {} : { effect }),
    },
  ];
}

const helpText = `
Without --context it tests the embedded lab: two small clusters of Linux network namespaces on this machine.

Exit codes: 0 passed, 1 findings, 2 options or configuration, 3 could not look, 130 interrupted.

Examples:
  npm test
  npm test -- --context kind-region-athens --multi-cluster kind-region-hurup
  npm test -- --context kind-region-athens --suite service-dns --dry-run
`;

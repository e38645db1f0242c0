import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { closest } from "../base/closest.ts";
import { Diagnostic } from "../base/diagnostic.ts";
import { parseDuration } from "../base/duration.ts";
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
      [],
    )
    .option("--multi-cluster <names>", "further contexts, separated by commas; repeatable", appendList, [])
    .option("--kubeconfig <path>", "kubeconfig file (default: KUBECONFIG, then ~/.kube/config)")
    .option("--suite <name>", "only this suite; repeatable", append, [])
    .option("--list", "print the scenarios, their claims and the features they need", false)
    .option("--dry-run", "print the plan with its stable ids and counts; deploy nothing", false)
    .option("--image <ref>", "Node.js image that the agents run on", defaultImage)
    .option("--image-pull-secret <namespace/name>", "Secret to copy into the run's namespace for pulling the image")
    .option("--namespace-prefix <text>", "beginning of the name of the run's namespace", namespacePrefix, "meshgate")
    .option("--node-selector <labels>", "only nodes with these labels: key=value[,key=value…]", labels, {})
    .option("--toleration <taint>", "tolerate key[=value][:effect]; repeatable", appendToleration, [])
    .option("--max-nodes <n>", "nodes per cluster, spread over zones", positiveInteger, 16)
    .option("--timeout <duration>", "for the whole run", duration("--timeout"), 15 * 60_000)
    .option("--settle <duration>", "how long a path may take to answer as expected", duration("--settle"), 30_000)
    .option("--keep", "leave what was deployed, for a look at it", false)
    .option("--report-dir <path>", "where the reports go", "reports")
    .addOption(
      new Option("--outside <where>", "from where to ask from outside; found out unless told").choices([
        "runner",
        "other-cluster",
        "none",
      ]),
    )
    .addOption(new Option("--no-color", "plain text"))
    .version(meshgateVersion, "--version")
    .helpOption("--help")
    .addHelpText("after", helpText);
  return parse(command, args, (raw) => {
    const { context, multiCluster, suite, toleration, timeout, settle, ...rest } = raw as RawRunOptions;
    const contexts = [...context, ...multiCluster];
    if (context.length === 0 && multiCluster.length > 0)
      throw new Diagnostic(
        "configuration",
        "--multi-cluster names further clusters, but --context names no first one",
        `Add it: npm test -- --context ${multiCluster[0]}${multiCluster.length > 1 ? ` --multi-cluster ${multiCluster.slice(1).join(",")}` : ""}`,
      );
    return { ...rest, contexts, suites: suite, tolerations: toleration, timeoutMs: timeout, settleMs: settle };
  });
}

/** The options of a main job that was given none. */
export function defaultRunOptions(): RunOptions {
  const parsed = parseRunOptions([]);
  if ("printed" in parsed) throw new Error("no options print something");
  return parsed.options;
}

type RawRunOptions = Omit<RunOptions, "contexts" | "suites" | "tolerations" | "timeoutMs" | "settleMs"> & {
  context: string[];
  multiCluster: string[];
  suite: string[];
  toleration: Toleration[];
  timeout: number;
  settle: number;
};

/** Runs a commander command without letting it print or exit. */
export function parse<T>(command: Command, args: string[], read: (raw: Record<string, unknown>) => T): Parsed<T> {
  let printed = "";
  command
    .exitOverride()
    .allowExcessArguments(false)
    .showSuggestionAfterError(false)
    .configureOutput({ writeOut: (text) => (printed += text), writeErr: () => {} });
  try {
    command.parse(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { printed };
    throw new Diagnostic("configuration", error.message.replace(/^error: /, ""), cureFor(command, error));
  }
  return { options: read(command.opts()) };
}

function cureFor(command: Command, error: CommanderError): string {
  const unknown = /unknown option '(--[^'=]+)/.exec(error.message)?.[1];
  const known = command.options.map(({ long }) => long ?? "").filter(Boolean);
  const nearest = unknown === undefined ? undefined : closest(unknown, known);
  const hint = nearest === undefined ? "" : `Did you mean ${nearest}?\n`;
  return `${hint}All options: ${command.name()}${command.name().endsWith("--") ? "" : " --"} --help`;
}

/** A commander argument parser for an option that may be repeated. */
export function append(value: string, previous: string[]): string[] {
  if (value === "") throw new InvalidArgumentError("It must not be empty.");
  return [...previous, value];
}

/** A commander argument parser for names separated by commas, in an option that may be repeated. */
export function appendList(value: string, previous: string[]): string[] {
  const names = value.split(",").map((name) => name.trim());
  if (names.includes("")) throw new InvalidArgumentError("Names are separated by single commas.");
  return [...previous, ...names];
}

/** A commander argument parser for durations such as `90s` or `15m`; gives milliseconds. */
export function duration(option: string): (value: string) => number {
  return (value) => parseDuration(value, option);
}

function positiveInteger(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("It must be a whole number above 0.");
  return number;
}

function namespacePrefix(value: string): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/.test(value))
    throw new InvalidArgumentError(
      "It must be at most 40 lower case letters, digits and dashes, as in meshgate-nightly.",
    );
  return value;
}

function labels(value: string, previous: Record<string, string>): Record<string, string> {
  const pairs = value.split(",").map((pair) => {
    const [key, ...rest] = pair.split("=");
    if (!key || rest.length !== 1) throw new InvalidArgumentError("It must read key=value, as in disktype=ssd.");
    return [key, rest[0] ?? ""] as const;
  });
  return { ...previous, ...Object.fromEntries(pairs) };
}

function appendToleration(text: string, previous: Toleration[]): Toleration[] {
  const match = /^([^=:]+)(?:=([^:]*))?(?::(NoSchedule|NoExecute|PreferNoSchedule))?$/.exec(text);
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

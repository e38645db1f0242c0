import { Command, Option } from "commander";
import { Diagnostic } from "../base/diagnostic.ts";
import { durationText } from "../base/duration.ts";
import { shellQuote } from "../base/shell-quote.ts";
import type { Configuration } from "./config/configuration-schema.ts";
import { defaults } from "./config/defaults.ts";
import type { Flags } from "./effective-options.ts";
import {
  append,
  appendFailOn,
  appendList,
  appendToleration,
  duration,
  labels,
  namespacePrefix,
  nonEmpty,
  positiveInteger,
} from "./option-values.ts";
import { type Parsed, parse } from "./parse-command.ts";
import type { Toleration } from "./run-options.ts";
import { meshgateVersion } from "./version.ts";

/** What a command line says. */
export interface CommandLine {
  /** In the words of the configuration file; only what was given. */
  given: Configuration;
  /** Path of the configuration file. */
  config?: string;
  printConfig: boolean;
  flags: Flags;
}

/** Parses the options of the main job. Throws Diagnostic `configuration` for wrong ones. */
export function parseCommandLine(args: string[]): Parsed<CommandLine> {
  const command = runCommand();
  return parse(command, args, (raw) => {
    const { list = false, dryRun = false, printConfig = false, keep = false, color = true, config } = raw as RawFlags;
    const given = Object.entries(raw).filter(([name]) => command.getOptionValueSource(name) !== "default");
    return {
      given: configurationOf(Object.fromEntries(given)),
      ...(config === undefined ? {} : { config }),
      printConfig,
      flags: { list, dryRun, keep, color },
    };
  });
}

interface RawFlags extends Partial<Flags> {
  printConfig?: boolean;
  config?: string;
}

/** Options that have the name of their key in the configuration file. */
const sameNames = [
  "kubeconfig",
  "image",
  "imagePullSecret",
  "namespacePrefix",
  "nodeSelector",
  "maxNodes",
  "outside",
  "ingressClass",
  "hostNetwork",
  "disruptive",
  "baseline",
  "failOn",
  "knownIssues",
  "reportDir",
] as const satisfies (keyof Configuration)[];

/** Options that stand for keys of the configuration file, as commander gives them. */
interface Raw extends Pick<Configuration, (typeof sameNames)[number]> {
  context?: string[];
  multiCluster?: string[];
  suite?: string[];
  toleration?: Toleration[];
  timeout?: number;
  settle?: number;
}

/** Puts what was given in the words of the configuration file. */
function configurationOf(raw: Raw): Configuration {
  const { context = [], multiCluster = [], suite, toleration, timeout, settle } = raw;
  if (context.length === 0 && multiCluster.length > 0) throw withoutFirst(multiCluster);
  const same = sameNames.flatMap((name) => (raw[name] === undefined ? [] : [[name, raw[name]]]));
  return {
    ...(Object.fromEntries(same) as Configuration),
    ...(context.length === 0 ? {} : { contexts: [...context, ...multiCluster] }),
    ...(suite ? { suites: suite } : {}),
    ...(toleration ? { tolerations: toleration } : {}),
    ...(timeout === undefined ? {} : { timeout: durationText(timeout) }),
    ...(settle === undefined ? {} : { thresholds: { settle: durationText(settle) } }),
  };
}

function runCommand(): Command {
  return new Command("npm test --")
    .description("Says whether Kubernetes clusters really talk to each other.")
    .usage("[options]")
    .option(
      "--context <name>",
      "kubeconfig context of a cluster to test; repeatable, the first is the first row",
      append,
    )
    .option("--multi-cluster <names>", "further contexts, separated by commas; repeatable", appendList)
    .option("--kubeconfig <path>", "kubeconfig file (default: KUBECONFIG, then ~/.kube/config)", nonEmpty)
    .option("--config <path>", "configuration file (default: meshgate.config.yaml, which may be absent)", nonEmpty)
    .option("--print-config", "print what options, file and defaults come to, as a configuration file; deploy nothing")
    .option("--suite <name>", "only this suite; repeatable", append)
    .option("--list", "print the scenarios, their claims and the features they need")
    .option("--dry-run", "print the plan with its stable ids and counts; deploy nothing")
    .option("--image <ref>", "Node.js image that the agents run on", nonEmpty, defaults.image)
    .option(
      "--image-pull-secret <namespace/name>",
      "Secret to copy into the run's namespace for pulling the image",
      nonEmpty,
    )
    .option(
      "--namespace-prefix <text>",
      "beginning of the name of the run's namespace",
      namespacePrefix,
      defaults.namespacePrefix,
    )
    .option("--node-selector <labels>", "only nodes with these labels: key=value[,key=value…]", labels)
    .option("--toleration <taint>", "tolerate key[=value][:effect]; repeatable", appendToleration)
    .option("--max-nodes <n>", "nodes per cluster, spread over zones", positiveInteger, defaults.maxNodes)
    .addOption(
      new Option("--timeout <duration>", "for the whole run")
        .argParser(duration("--timeout", { leastMs: 1 }))
        .default(defaults.timeout, defaults.timeout),
    )
    .addOption(
      new Option("--settle <duration>", "how long a path may take to answer as expected")
        .argParser(duration("--settle"))
        .default(defaults.thresholds.settle, defaults.thresholds.settle),
    )
    .option("--keep", "leave what was deployed, for a look at it")
    .option(
      "--baseline <path>",
      "compare with an earlier run: its results.json, its directory, or latest for the last one",
      nonEmpty,
    )
    .addOption(
      new Option("--fail-on <kinds>", "changes since the baseline that keep the run from passing, or none")
        .argParser(appendFailOn)
        .default(defaults.failOn, defaults.failOn.join(",")),
    )
    .option("--known-issues <path>", "file of failures that are accepted until a day, by id or pattern", nonEmpty)
    .option("--report-dir <path>", "where the reports go", nonEmpty, defaults.reportDir)
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
}

function withoutFirst([first = "", ...further]: string[]): Diagnostic {
  const rest = further.length > 0 ? ` --multi-cluster ${shellQuote(further.join(","))}` : "";
  return new Diagnostic(
    "configuration",
    "--multi-cluster names further clusters, but --context names no first one",
    `Add it: npm test -- --context ${shellQuote(first)}${rest}`,
  );
}

const helpText = `
Options win over the configuration file. Where neither names a context, it tests the embedded lab: two small clusters of
Linux network namespaces on this machine.

Exit codes: 0 passed, 1 findings, 2 options or configuration, 3 could not look, 4 passed but for
what is required, or was covered by the baseline, and was not looked at, 5 passed but for what got
worse than the baseline, 130 interrupted.

Examples:
  npm test
  npm test -- --context kind-region-athens --multi-cluster kind-region-hurup
  npm test -- --context kind-region-athens --suite service-dns --dry-run
`;

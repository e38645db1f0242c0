import { z } from "zod";
import { durationPattern, parseDuration } from "../../base/duration.ts";
import { failOnKinds } from "../../report/compare/worse-than.ts";
import { longestMs, namespacePrefixRule } from "../option-values.ts";
import { defaults } from "./defaults.ts";

/** What a short name may be; it must be unlike a list, an option and `*`. */
const shortNamePattern = /^[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$/;

const name = (what: string) => z.string({ error: `must be ${what}` }).regex(/\S/, { error: `must be ${what}` });
const flag = () => z.boolean({ error: "must be true or false" });
const portNumber = "must be a port number from 1 to 65535";
const positive = "must be a whole number above 0";
const contextText = "must be the name of a kubeconfig context, or a map of name and context";
const labelText = (what: string) =>
  `must be the ${what} of a label; put what is not text, such as true or 1, in quotes`;

const contextSchema = z.union([
  name("the name of a kubeconfig context").describe("name of a kubeconfig context"),
  z.strictObject(
    {
      name: z
        .string({ error: "must be a short name" })
        .regex(shortNamePattern, { error: "must be letters, digits, dashes, dots and underscores" })
        .describe("short name, for this file and for options"),
      context: name("the name of a kubeconfig context").describe("name of a kubeconfig context"),
    },
    { error: contextText },
  ),
]);

const cluster = (end: string) => name(`the name of a context, its short name, or "*"`).describe(end);

const expectationSchema = z.strictObject(
  {
    from: cluster('context or short name of the cluster that asks; "*" for every one'),
    to: cluster('context or short name of the cluster that is asked; "*" for every other one'),
    expect: z
      .enum(["reachable", "denied"], { error: "must be reachable or denied" })
      .describe("whether pods and Services of `to` answer pods of `from`"),
  },
  { error: "must be a map of from, to and expect" },
);

const portSchema = z.strictObject(
  {
    name: z
      .string({ error: "must be a name in kebab-case" })
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: "must be in kebab-case, as in kubelet-read-only" })
      .describe("name of a row; one of the default rows is changed, any other name adds a row"),
    at: z
      .enum(["api-server", "every-node", "control-plane"], {
        error: "must be api-server, every-node or control-plane",
      })
      .optional()
      .describe("whose port it is; needed for a new row"),
    port: z
      .int({ error: portNumber })
      .min(1, { error: portNumber })
      .max(65_535, { error: portNumber })
      .optional()
      .describe("needed for a new row"),
    expect: z
      .enum(["authenticated", "silent", "open"], { error: "must be authenticated, silent or open" })
      .describe(
        "authenticated: answers pods and refuses anonymous reads; silent: gives pods no answer; open: accepts connections",
      ),
  },
  { error: "must be a map of name, at, port and expect" },
);

const tolerationSchema = z.strictObject(
  {
    key: name("the key of a taint").optional().describe("key of the taint; absent: every taint"),
    operator: z
      .enum(["Equal", "Exists"], { error: "must be Equal or Exists" })
      .optional()
      .describe("Equal (the default) compares the value, Exists takes any"),
    value: z.string({ error: labelText("value") }).optional(),
    effect: z
      .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"], {
        error: "must be NoSchedule, PreferNoSchedule or NoExecute",
      })
      .optional()
      .describe("absent: every effect"),
  },
  { error: "must be a map of key, operator, value and effect, as in a pod" },
);

/** What a configuration file may say. Nothing is needed; what it leaves out has a default. */
export const configurationSchema = z.strictObject(
  {
    contexts: list(contextSchema, "contexts").describe(
      "clusters to test, in the order of the rows; without any, the embedded lab. --context takes their place",
    ),
    kubeconfig: name("the path of a kubeconfig")
      .optional()
      .describe("path of the kubeconfig, from the working directory; default: KUBECONFIG, then ~/.kube/config"),
    suites: list(name("the name of a suite"), "names of suites").describe("only these suites; default: all"),
    required: list(
      name("a suite, a scenario or a pattern of path ids"),
      "suites, scenarios and patterns of path ids",
    ).describe(
      "suites, scenarios and classes of paths, which are patterns of path ids with `*`, that must be looked at in every cluster: a run that skips one of them does not pass (exit code 4). Example of a class: pod-to-pod/across-clusters/*/udp-*",
    ),
    expectations: list(expectationSchema, "maps of from, to and expect").describe(
      'what is expected between ordered pairs of clusters; others are reachable. A pair by name wins over one with "*"',
    ),
    ports: list(portSchema, "maps of name, at, port and expect").describe(
      "what ports of the clusters' own machinery say to pods without credentials: changes default rows by name, or adds some",
    ),
    thresholds: z
      .strictObject(
        {
          settle: duration(0).describe("how long a path may take to answer as expected"),
          loadBalancer: duration(0).describe("how long a Service of type LoadBalancer may wait for its address"),
          failOver: duration(0).describe("how long a mesh-wide Service may be without an answer when backends go away"),
          roundTrip: duration(0).describe("how long a packet between pods of two clusters and its answer may take"),
        },
        { error: "must be a map of settle, loadBalancer, failOver and roundTrip" },
      )
      .optional()
      .meta({ description: "limits that a claim is judged by", default: defaults.thresholds }),
    timeout: duration(1).meta({ description: "for the whole run", default: defaults.timeout }),
    image: name("an image reference")
      .optional()
      .meta({ description: "Node.js image that the agents run on", default: defaults.image }),
    registry: z
      .string({ error: "must be a registry, such as mirror.example:5000/hub" })
      .regex(/^[A-Za-z0-9][-.:\w]*(\/[-.\w]+)*$/, {
        error: "must be a host with an optional port and path, such as mirror.example:5000/hub",
      })
      .optional()
      .describe(
        "mirror that takes the place of docker.io in `image`; an image of another registry is used as it is. Example: mirror.example:5000/hub",
      ),
    imagePullSecret: z
      .string({ error: "must be NAMESPACE/NAME" })
      .regex(/^[^/\s]+\/[^/\s]+$/, { error: "must be NAMESPACE/NAME, such as default/registry" })
      .optional()
      .describe(
        "NAMESPACE/NAME of a Secret that exists in every cluster, copied into the run's namespaces for pulling the image",
      ),
    namespacePrefix: z
      .string({ error: namespacePrefixRule.text })
      .regex(namespacePrefixRule.pattern, { error: namespacePrefixRule.text })
      .optional()
      .meta({ description: "beginning of the names of the run's namespaces", default: defaults.namespacePrefix }),
    nodeSelector: z
      .record(
        z.string().regex(/^[^=,\s]+$/, { error: labelText("key") }),
        z.string({ error: labelText("value") }).regex(/^[^=,]*$/, { error: labelText("value") }),
        { error: "must be a map of labels" },
      )
      .optional()
      .describe("only nodes with all of these labels"),
    tolerations: list(tolerationSchema, "tolerations").describe("taints that agents tolerate, written as in a pod"),
    maxNodes: z
      .int({ error: positive })
      .min(1, { error: positive })
      .optional()
      .meta({ description: "nodes per cluster, spread over zones", default: defaults.maxNodes }),
    outside: z
      .enum(["runner", "other-cluster", "none"], { error: "must be runner, other-cluster or none" })
      .optional()
      .describe("from where to ask from outside; found out unless told"),
    ingressClass: name("the name of an IngressClass")
      .optional()
      .describe("the IngressClass to test; found out unless told"),
    hostNetwork: flag().optional().meta({
      description: "also test from the nodes' own network; needs a namespace with privileged pods",
      default: defaults.hostNetwork,
    }),
    disruptive: flag().optional().meta({
      description: "also delete and roll out the run's own pods under traffic",
      default: defaults.disruptive,
    }),
    baseline: name("the path of an earlier run's results.json")
      .optional()
      .describe(
        "results.json of an earlier run, or its directory, from the working directory, or latest for the last run: what changed since is reported, and failOn says what of it keeps a run from passing",
      ),
    failOn: list(
      z.enum(failOnKinds, { error: `must be one of ${failOnKinds.join(", ")}` }),
      `some of ${failOnKinds.join(", ")}`,
    ).meta({
      description:
        "kinds of change since the baseline that keep a run from passing: uncovered with exit code 4, the others with 5. An empty list: none",
      default: defaults.failOn,
    }),
    knownIssues: name("the path of a file of known issues")
      .optional()
      .describe(
        "file of known issues, from the working directory: failed paths that it names are not counted as findings until a day",
      ),
    reportDir: name("a path")
      .optional()
      .meta({ description: "where the reports go, from the working directory", default: defaults.reportDir }),
  },
  { error: "must be a map of keys and values" },
);

/** What one file says, or the options of a command line: only what was set is there. */
export type Configuration = z.infer<typeof configurationSchema>;

/** The keys of a configuration file, in the order in which they are printed. */
export const configurationKeys = Object.keys(configurationSchema.shape) as (keyof Configuration)[];

function list<T extends z.ZodType>(entry: T, of: string) {
  return z.array(entry, { error: `must be a list of ${of}` }).optional();
}

function duration(leastMs: number) {
  const form = "must be a duration with a unit, such as 500ms, 30s or 1m30s";
  return z
    .string({ error: form })
    .regex(durationPattern, { error: form, abort: true })
    .refine((text) => parseDuration(text, "it") >= leastMs, { error: "must be above 0" })
    .refine((text) => parseDuration(text, "it") <= longestMs, { error: "must be less than 24 days" })
    .optional();
}

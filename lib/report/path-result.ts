import { z } from "zod";
import { type Outcome, outcomes } from "../probe/outcome.ts";

/** Version of results.json. It grows when a field changes its meaning or disappears, not when one is added. */
export const resultsVersion = 1;

export const verdicts = ["passed", "failed", "broken", "skipped"] as const;

/** From where a cluster is asked from outside: this machine, an agent of another cluster, or one of another node. */
export const vantages = ["runner", "other-cluster", "other-node"] as const;

/** One end of a path, in names that are equal from run to run, and the address that it had in this run. */
const endpointSchema = z.strictObject({
  cluster: z.string().describe("kubeconfig context; empty for a target outside of all clusters"),
  node: z.string().optional(),
  name: z.string().describe("pod role, service or DNS name, such as client, echo or echo.ns.svc.cluster.local"),
  address: z.string().optional().describe("IP literal, with :port when the probe has one"),
});

const attemptSchema = z.strictObject({
  outcome: z.enum(outcomes),
  asExpected: z.boolean(),
  startedAtMs: z.number().describe("milliseconds since the epoch, clock of the asking agent"),
  durationMs: z.number(),
  connectMs: z.number().optional(),
  lookupMs: z.number().optional(),
  firstByteMs: z.number().optional(),
  answeredBy: z.string().optional().describe("cluster/node/pod that said it answered"),
  detail: z.string().optional(),
});

/** The ways into a workload, each of which goes through those before it, and what is asked besides. */
export const rungs = [
  "pod",
  "cluster-address",
  "name",
  "node-port",
  "load-balancer",
  "ingress",
  "dns",
  "host",
  "api",
  "environment",
] as const;

/** What a path goes through, as far as names tell it before any answer: what a diagnosis compares paths by. */
const waySchema = z.strictObject({
  rung: z.enum(rungs),
  family: z.enum(["IPv4", "IPv6"]).optional(),
  port: z.int().optional().describe("that the asker asks; absent for node ports, which are others in each run"),
  bytes: z.int().optional().describe("of payload, each way"),
  denial: z.boolean().describe("true when silence is promised; false where any answer is, also one that says no"),
  fromNode: z.string().optional().describe("node that the asker runs on; absent for who is in no cluster"),
  toNode: z
    .string()
    .optional()
    .describe("node of a pod that is asked by its own address, also where silence is promised"),
  service: z
    .string()
    .optional()
    .describe("namespace role and name of the Service that is asked, or whose name is looked up: run/echo"),
  headless: z
    .boolean()
    .optional()
    .describe("true where the Service has no address of its own, so that names lead to pods"),
  backends: z
    .array(z.strictObject({ cluster: z.string(), node: z.string(), name: z.string() }))
    .describe("pods one of which must give each answer; empty where none is known"),
  eachBackend: z.boolean().describe("true when each of them must"),
  entrance: z
    .strictObject({ cluster: z.string(), node: z.string() })
    .optional()
    .describe("node whose address is asked, of a node port or a host"),
  looksUp: z
    .string()
    .optional()
    .describe(
      "DNS name that must be looked up first, or is what is asked; the run's namespaces are written as run, other and host, addresses as a-b-c-d or d.c.b.a",
    ),
  dnsServer: z
    .strictObject({ cluster: z.string(), node: z.string(), name: z.string() })
    .optional()
    .describe("the one server that is asked; absent where the cluster's DNS Service picks one"),
  host: z
    .string()
    .optional()
    .describe("Host header of a path through an Ingress, with the domain as manifests have it"),
  urlPath: z.string().optional(),
  act: z.string().optional().describe("the state of affairs, of a scenario that changes something"),
});

/** An entry of the file of known issues. */
const knownSchema = z.strictObject({
  id: z.string().describe("the id, or the pattern with `*`, as the file has it"),
  reason: z.string(),
  expires: z.iso.date().describe("the last day, in UTC, on which it covers anything"),
  link: z.string().optional().describe("where more is said about it"),
});

export const pathResultSchema = z.strictObject({
  id: z.string().describe("stable: scenario and names joined by /, never an index or an address"),
  scenario: z.string(),
  suite: z.string(),
  claim: z.string(),
  group: z.string().describe("cluster pair, `from -> to`"),
  title: z.string(),
  from: endpointSchema,
  to: endpointSchema,
  vantage: z
    .enum(vantages)
    .optional()
    .describe("for a path from outside: who asked it, this machine or an agent that stands in for it"),
  protocol: z.string().describe("tcp/http, tcp, udp, udp/dns, tcp/dns or none"),
  verdict: z.enum(verdicts),
  flap: z.boolean().describe("true when it answered as expected first and not afterwards"),
  outcome: z.enum(outcomes).describe("of the last attempt; not-run when there was none"),
  expected: z.string(),
  saw: z.string(),
  reason: z.string().optional().describe("why it is broken or skipped"),
  control: z.string().optional().describe("what the positive control saw, for a denial"),
  means: z.string().optional(),
  try: z.string().optional().describe("a command that looks closer"),
  known: knownSchema
    .optional()
    .describe("the known issue that covers this failed path; it is not counted as a finding"),
  way: waySchema.optional().describe("absent where it is not known: for skips, and for results about a whole group"),
  attempts: z.strictObject({
    total: z.int(),
    asExpected: z.int(),
    outcomes: z.partialRecord(z.enum(outcomes), z.int()).optional().describe("how many attempts ended in each way"),
    answeredBy: z
      .record(z.string(), z.int())
      .optional()
      .describe("how many attempts each cluster/node/pod answered, by what it says of itself"),
    lastUnexpected: attemptSchema.optional(),
    last: attemptSchema.optional(),
  }),
  timings: z.strictObject({
    convergedMs: z.number().optional().describe("from the first probe until it answered as expected N times in a row"),
    answeredMs: z
      .number()
      .optional()
      .describe(
        "from the first probe until the first answer after which every one was as expected; absent with convergedMs",
      ),
    totalMs: z.number(),
    latencyP50Ms: z.number().optional().describe("over attempts that were as expected after convergence"),
    latencyMaxMs: z.number().optional(),
    latenciesMs: z
      .array(z.number())
      .optional()
      .describe("of the first 32 of those attempts, in the order asked: what percentiles over many paths are made of"),
    longestGapMs: z
      .number()
      .optional()
      .describe("of a path that was asked during a change: the longest time without an answer as expected"),
  }),
});

const nodeSchema = z.strictObject({
  name: z.string(),
  address: z.string().optional(),
  zone: z.string().optional(),
  chosen: z.boolean().describe("false: no agent was planned for this node"),
  reason: z.string().optional().describe("why it was not chosen"),
});

const clusterSchema = z.strictObject({
  context: z.string(),
  uid: z.string(),
  server: z.string(),
  version: z.string(),
  nodes: z.array(nodeSchema),
  features: z
    .record(z.string(), z.string().nullable())
    .describe("feature to null when present, else to the reason why not"),
});

/** A thing that kept us from looking at all, outside of any single path. */
export const troubleSchema = z.strictObject({
  cluster: z.string().optional(),
  object: z.string().optional().describe("kind/namespace/name"),
  message: z.string(),
  cure: z.string(),
});

const uncoveredSchema = z.strictObject({
  scenario: z.string().describe("name of a scenario, or a pattern of path ids with `*`, as the configuration has it"),
  where: z.string().optional().describe("the cluster, or `from -> to`; absent: everywhere"),
  reason: z.string(),
});

const countsSchema = z.strictObject({
  passed: z.int(),
  failed: z.int().describe("findings: failed paths that no known issue covers"),
  broken: z.int().describe("paths that could not be looked at, and troubles"),
  skipped: z.int(),
  known: z.int().optional().describe("failed paths that a known issue covers; absent where there are none"),
});

/** A claim as the suites declare it, for who reads results without them. */
const scenarioFactsSchema = z.strictObject({
  name: z.string(),
  suite: z.string(),
  claim: z.string(),
  spec: z.string().describe("the clause that makes the claim true"),
  covers: z.array(z.string()).describe("rows of the requirements table, such as K3"),
});

/** What was done when, from the start of the run. Spans may overlap. */
const spanSchema = z.strictObject({
  name: z.string(),
  startMs: z.number().describe("milliseconds since the run began"),
  durationMs: z.number(),
});

/** All paths of one scenario between one ordered pair of clusters, or within one act of it. */
const groupSchema = z.strictObject({
  scenario: z.string(),
  group: z.string().describe("as its paths have it"),
  startMs: z.number().describe("milliseconds since the run began"),
  durationMs: z.number(),
});

/** What was gathered about some findings before the run was removed from the clusters. */
const evidenceSchema = z.strictObject({
  folder: z.string().describe("from the directory of results.json"),
  about: z.string().describe("what they have in common, in words: a cause, or a scenario and its clusters"),
  paths: z.array(z.string()).describe("ids"),
  files: z.array(z.strictObject({ name: z.string().describe("in the folder"), about: z.string() })),
  cut: z.array(z.string()).describe("what was left out or shortened, and why; sentences"),
});

const knownIssueSchema = knownSchema.extend({
  state: z
    .enum(["failing", "not-failing", "not-asked", "expired"])
    .describe(
      "not-failing: all that it covers passed; not-asked: nothing that it covers failed, and none or not all of it could be looked at; expired: it covers nothing any more",
    ),
  paths: z.int().describe("failed paths that it covers, or covered before it expired"),
});

/** How a path, told by what two runs call it, changed from one run to another. */
export const changes = ["regressed", "fixed", "new", "uncovered", "flaky"] as const;

const changeSchema = z.strictObject({
  change: z
    .enum(changes)
    .describe(
      "regressed: it was passed and is failed or broken, or it is failed and the baseline did not look at it. fixed: it was failed or broken and is passed. new: it was not asked in the baseline. uncovered: it was asked in the baseline and is skipped or missing now. flaky: it was passed, and now it answered as expected first and not afterwards, or it is passed with attempts that were not as expected, of which the baseline has none",
    ),
  id: z.string().describe("of the path in this run; of the baseline when it is not in this run"),
  before: z.enum(verdicts).optional(),
  after: z.enum(verdicts).optional(),
  text: z.string().describe("what was seen, or why it is not covered"),
  known: z
    .literal(true)
    .optional()
    .describe("a known issue covers the failure, so that it does not keep the run from passing"),
});

const slowerSchema = z.strictObject({
  scenario: z.string(),
  group: z.string(),
  pairs: z.int().describe("paths that have a latency in both runs"),
  ratio: z.number().describe("median over the paths of the shortest latency now by that of the baseline"),
  lowest: z.number().describe("lower bound of that ratio, one-sided, with the error probability `alpha`"),
  alpha: z.number(),
  varies: z
    .number()
    .optional()
    .describe("what the ratio had to exceed, too: how much the ratios of groups vary between these two runs"),
  beforeMs: z.number().describe("median over the paths of their shortest latency in the baseline"),
  afterMs: z.number(),
});

export const comparisonSchema = z.strictObject({
  baseline: z.strictObject({ run: z.string(), startedAt: z.string(), verdict: z.string(), paths: z.int() }),
  matchedBy: z
    .enum(["id", "role"])
    .describe("role: the runs have other nodes or clusters, so that these were compared by the part they play"),
  remarks: z.array(z.string()).describe("what makes the two runs hard to compare; sentences"),
  compared: z.int().describe("paths that passed, failed or broke in both"),
  changes: z.array(changeSchema),
  slower: z.array(slowerSchema),
  failOn: z.array(z.string()).describe("kinds of change that keep the run from passing"),
});

const confidences = ["high", "medium", "low"] as const;

const causeSchema = z.strictObject({
  id: z.string().describe("effect, element and restriction, such as `lost link/a/worker>b/worker udp`"),
  text: z.string().describe("one sentence"),
  confidence: z.enum(confidences),
  probability: z.number().min(0).max(1).describe("that this is what is wrong, given what was seen"),
  explains: z.array(z.string()).describe("ids of the failed paths that it explains"),
  supports: z.array(z.string()).describe("ids of passed paths that show where it ends; the most telling ones"),
  contradicts: z.array(z.string()).describe("ids of paths that passed though it says they should not"),
  notToldFrom: z.array(z.string()).describe("causes that explain the same paths as well, in words"),
  evidence: z.array(z.string()).describe("sentences"),
  try: z.string().describe("a command that looks closer"),
});

const bisectedSchema = z.strictObject({
  path: z.string().describe("id of a failed path"),
  rung: z.enum(rungs).describe("the first that is broken on its way"),
  text: z.string(),
});

const confirmationSchema = z.strictObject({
  asked: z.string().describe("in words: from where, what"),
  saw: z.string(),
});

const diagnosisSchema = z.strictObject({
  causes: z.array(causeSchema).max(3).describe("most likely first"),
  unexplained: z.array(z.string()).describe("ids of failed paths that no cause explains"),
  bisected: z.array(bisectedSchema).describe("for each failed path whose ways below were asked, too"),
  confirmations: z.array(confirmationSchema).describe("what was asked on top, to tell causes apart"),
  durationMs: z.number(),
});

export const resultsSchema = z.strictObject({
  version: z.literal(resultsVersion),
  verdict: z.enum(["passed", "findings", "configuration", "broken", "uncovered", "regressed", "interrupted"]),
  run: z.strictObject({
    id: z.string(),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().optional().describe("absent while the run goes on"),
    durationMs: z.number(),
    command: z.array(z.string()).describe("options as given"),
    lab: z.boolean(),
    namespace: z.string(),
    exitCode: z.int().optional(),
  }),
  versions: z.strictObject({ meshgate: z.string(), node: z.string(), agentImage: z.string() }),
  clusters: z.array(clusterSchema),
  scenarios: z.array(scenarioFactsSchema).optional().describe("those of the suites that were chosen"),
  spans: z.array(spanSchema).optional().describe("steps of the run, in the order of their beginning"),
  groups: z.array(groupSchema).optional().describe("in the order in which they ended"),
  summary: countsSchema,
  troubles: z.array(troubleSchema),
  uncovered: z
    .array(uncoveredSchema)
    .optional()
    .describe("required scenarios that were not looked at, and where; absent when none is required or the run goes on"),
  diagnosis: diagnosisSchema.optional().describe("absent when nothing failed, and while the run goes on"),
  evidence: z.array(evidenceSchema).optional(),
  knownIssues: z.array(knownIssueSchema).optional().describe("absent without a file of known issues"),
  comparison: comparisonSchema
    .optional()
    .describe("with the baseline; absent without one, and for a run that did not come to its end"),
  paths: z.array(pathResultSchema),
});

export type Way = z.infer<typeof waySchema>;
export type Rung = (typeof rungs)[number];
export type Cause = z.infer<typeof causeSchema>;
export type Bisected = z.infer<typeof bisectedSchema>;
export type Diagnosis = z.infer<typeof diagnosisSchema>;
export type PathResult = z.infer<typeof pathResultSchema>;
export type Vantage = (typeof vantages)[number];
export type Verdict = (typeof verdicts)[number];
export type ClusterFacts = z.infer<typeof clusterSchema>;
export type Trouble = z.infer<typeof troubleSchema>;
export type Uncovered = z.infer<typeof uncoveredSchema>;
export type ScenarioFacts = z.infer<typeof scenarioFactsSchema>;
export type Span = z.infer<typeof spanSchema>;
export type GroupFacts = z.infer<typeof groupSchema>;
export type Evidence = z.infer<typeof evidenceSchema>;
export type Known = z.infer<typeof knownSchema>;
export type KnownIssue = z.infer<typeof knownIssueSchema>;
export type Change = z.infer<typeof changeSchema>;
export type ChangeKind = (typeof changes)[number];
export type Slower = z.infer<typeof slowerSchema>;
export type Comparison = z.infer<typeof comparisonSchema>;
export type Counts = z.infer<typeof countsSchema>;
export type Results = z.infer<typeof resultsSchema>;

/** The backends of one Service as the EndpointSlices of a cluster list them. */
export interface EndpointFacts {
  cluster: string;
  /** As in a way: `run/echo`. */
  service: string;
  /** Pods by the names that `answeredBy` has; node and pod are empty where a slice does not tell them. */
  endpoints: { cluster: string; node: string; pod: string; address: string; ready: boolean }[];
  /** Pods of that cluster that the Service selects and that are ready, listed or not. */
  readyPods: { node: string; pod: string; address: string }[];
}

/** Names a pod of the run, as results do. */
export interface PodName {
  cluster: string;
  node: string;
  /** Its role: client or echo. */
  name: string;
}

/**
 * A question on top of the matrix, that tells causes apart. `reach` — the pod, over one protocol, port and size. `path-mtu` — the most
 * bytes of IP packet that a datagram which must not be fragmented brings there and back. `arrival` — whether datagrams arrive whose answers do
 * not come back. `node` — the address of the pod's node, at a port where it refuses or answers. `dns` — one DNS server, from this pod.
 */
export type Confirmation =
  | {
      kind: "reach";
      from: PodName;
      to: PodName;
      protocol: "http" | "tcp" | "udp";
      bytes: number;
      family?: "IPv4" | "IPv6";
    }
  | { kind: "path-mtu"; from: PodName; to: PodName; family?: "IPv4" | "IPv6" }
  | { kind: "arrival"; from: PodName; to: PodName; family?: "IPv4" | "IPv6" }
  | { kind: "node"; from: PodName; to: { cluster: string; node: string } }
  | { kind: "dns"; from: PodName; server: PodName; transport: "udp" | "tcp" };

/** What a confirmation came to. Absent numbers: it could not be measured. */
export interface Confirmed {
  confirmation: Confirmation;
  outcomes: Partial<Record<Outcome, number>>;
  /** `path-mtu` only: bytes of the largest IP packet that went both ways, headers included. */
  mtuBytes?: number;
  /** `path-mtu` only: the same for each direction, from the asker and back to it. */
  thereBytes?: number;
  backBytes?: number;
  /** `arrival` only: how many datagrams were sent. */
  sent?: number;
  /** `arrival` only: how many of the datagrams the asked pod saw. */
  arrived?: number;
  /** In words, for reports. */
  saw: string;
}

import { z } from "zod";
import { outcomes } from "../probe/outcome.ts";

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
  attempts: z.strictObject({
    total: z.int(),
    asExpected: z.int(),
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
  scenario: z.string(),
  where: z.string().optional().describe("the cluster, or `from -> to`; absent: everywhere"),
  reason: z.string(),
});

const countsSchema = z.strictObject({
  passed: z.int(),
  failed: z.int(),
  broken: z.int().describe("paths that could not be looked at, and troubles"),
  skipped: z.int(),
});

export const resultsSchema = z.strictObject({
  version: z.literal(resultsVersion),
  verdict: z.enum(["passed", "findings", "configuration", "broken", "uncovered", "interrupted"]),
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
  summary: countsSchema,
  troubles: z.array(troubleSchema),
  uncovered: z
    .array(uncoveredSchema)
    .optional()
    .describe("required scenarios that were not looked at, and where; absent when none is required or the run goes on"),
  paths: z.array(pathResultSchema),
});

export type PathResult = z.infer<typeof pathResultSchema>;
export type Vantage = (typeof vantages)[number];
export type Verdict = (typeof verdicts)[number];
export type ClusterFacts = z.infer<typeof clusterSchema>;
export type Trouble = z.infer<typeof troubleSchema>;
export type Uncovered = z.infer<typeof uncoveredSchema>;
export type Counts = z.infer<typeof countsSchema>;
export type Results = z.infer<typeof resultsSchema>;

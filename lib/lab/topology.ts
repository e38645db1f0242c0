import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { z } from "zod";
import { addressAt, formatCidr, parseCidr, subnetAt } from "../base/address.ts";
import type { Cidr } from "../base/address.ts";
import { Diagnostic } from "../base/diagnostic.ts";
import type { LabCluster, LabNode } from "./model.ts";
import { topologyProblems } from "./topology-problems.ts";

/** What a lab is made of: one bridge and the clusters whose nodes hang on it. */
export interface Topology {
  /** The bridge's range, `172.19.0.0/16`. */
  network: string;
  /** The bridge's own address: the first of the range. */
  gateway: string;
  prefixLength: number;
  /** In the file's order. */
  clusters: LabCluster[];
}

const topologySchema = z.strictObject({
  network: z.string().default("172.19.0.0/16"),
  clusters: z
    .array(
      z.strictObject({
        name: z.string(),
        podCIDR: z.string(),
        serviceCIDR: z.string(),
        workers: z.int().min(0).default(1),
        loadBalancers: z.string().optional(),
        ingress: z.boolean().default(false),
        mesh: z
          .strictObject({
            id: z.int(),
            endpointSlices: z.boolean().default(true),
            serviceExports: z.boolean().default(true),
          })
          .optional(),
      }),
    )
    .min(1),
});

export type TopologyFile = z.infer<typeof topologySchema>;

/** Reads a topology file. Throws Diagnostic `configuration` that names all that is wrong with it at once. */
export function readTopology(file: string): Topology {
  return parseTopology(readText(file), file);
}

/** Reads the text of a topology file; `file` is its name for messages. Throws as `readTopology`. */
export function parseTopology(text: string, file: string): Topology {
  const document = parseDocument(text);
  refuse(
    file,
    document.errors.map((error) => error.message.split("\n")[0] ?? error.message),
  );
  const parsed = topologySchema.safeParse(document.toJS());
  if (!parsed.success) {
    throw problems(
      file,
      parsed.error.issues.map((issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`),
    );
  }
  refuse(file, topologyProblems(parsed.data));
  return build(parsed.data);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Diagnostic(
      "configuration",
      `The lab topology ${file} cannot be read: ${(error as Error).message}.`,
      "Name a topology file that exists; fixtures/lab/two-regions.yaml is one.",
    );
  }
}

function refuse(file: string, found: string[]): void {
  if (found.length > 0) throw problems(file, found);
}

function problems(file: string, found: string[]): Diagnostic {
  const count = found.length === 1 ? "a problem" : `${found.length} problems`;
  return new Diagnostic(
    "configuration",
    `The lab topology ${file} has ${count}:\n${found.map((problem) => `  ${problem}`).join("\n")}`,
    "Correct the file; fixtures/lab/two-regions.yaml shows what one looks like.",
  );
}

function build(file: TopologyFile): Topology {
  const network = range(file.network);
  let hosts = 1;
  const clusters = file.clusters.map((cluster): LabCluster => {
    const pods = range(cluster.podCIDR);
    const nodes = Array.from({ length: cluster.workers + 1 }, (_, index): LabNode => {
      const name = nodeName(cluster.name, index);
      hosts += 1;
      return {
        cluster: cluster.name,
        name,
        role: index === 0 ? "control-plane" : "worker",
        address: addressAt(network, hosts),
        podCidr: formatCidr(subnetAt(pods, 24, index)),
        netns: name,
      };
    });
    return {
      name: cluster.name,
      podCidr: cluster.podCIDR,
      serviceCidr: cluster.serviceCIDR,
      dnsAddress: addressAt(range(cluster.serviceCIDR), 10),
      domain: "cluster.local",
      apiEndpoint: { address: nodes[0]?.address ?? "", port: 6443 },
      ...(cluster.loadBalancers !== undefined && { loadBalancers: cluster.loadBalancers }),
      hasIngress: cluster.ingress,
      ...(cluster.mesh !== undefined && { mesh: cluster.mesh }),
      nodes,
    };
  });
  return { network: file.network, gateway: addressAt(network, 1), prefixLength: network.prefixLength, clusters };
}

/** Names nodes as kind does: the first worker has no number. */
function nodeName(cluster: string, index: number): string {
  if (index === 0) return `${cluster}-control-plane`;
  return `${cluster}-worker${index === 1 ? "" : index}`;
}

function range(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new RangeError(`${text} is no IPv4 range`);
  return cidr;
}

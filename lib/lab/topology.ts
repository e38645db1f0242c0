import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { z } from "zod";
import { addressAt, formatCidr, parseCidr, subnetAt } from "../base/address.ts";
import type { Cidr } from "../base/address.ts";
import { Diagnostic } from "../base/diagnostic.ts";
import type { ClusterRanges, LabCluster, LabNode } from "./model.ts";
import { nodePrefixLength, rangesOf, topologyProblems } from "./topology-problems.ts";

/** The bridge in one family of addresses. */
export interface LabNetwork {
  /** The bridge's range, `172.19.0.0/16`. */
  network: string;
  /** The bridge's own address: the first of the range. */
  gateway: string;
  prefixLength: number;
}

/** What a lab is made of: one bridge and the clusters whose nodes hang on it. Its own fields are those of IPv4. */
export interface Topology extends LabNetwork {
  /** Undefined where no cluster may have IPv6. */
  ipv6?: LabNetwork;
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
  const networks = rangesOf(file.network).map(range);
  let hosts = 1;
  const clusters = file.clusters.map((cluster): LabCluster => {
    const pods = rangesOf(cluster.podCIDR).map(range);
    const nodes = Array.from({ length: cluster.workers + 1 }, (_, index): LabNode => {
      const name = nodeName(cluster.name, index);
      hosts += 1;
      const [ipv4, ipv6] = pods.map((podRange, family) => ({
        address: addressAt(networks[family]!, hosts),
        podCidr: formatCidr(subnetAt(podRange, nodePrefixLength[podRange.family], index)),
      }));
      return {
        cluster: cluster.name,
        name,
        role: index === 0 ? "control-plane" : "worker",
        ...ipv4!,
        ...(ipv6 && { ipv6 }),
        netns: name,
      };
    });
    const [ipv4, ipv6] = rangesOf(cluster.serviceCIDR).map((serviceCidr, family): ClusterRanges => {
      return {
        podCidr: formatCidr(pods[family]!),
        serviceCidr,
        dnsAddress: addressAt(range(serviceCidr), 10),
      };
    });
    return {
      name: cluster.name,
      ...ipv4!,
      ...(ipv6 && { ipv6 }),
      domain: "cluster.local",
      apiEndpoint: { address: nodes[0]?.address ?? "", port: 6443 },
      ...(cluster.loadBalancers !== undefined && { loadBalancers: cluster.loadBalancers }),
      hasIngress: cluster.ingress,
      ...(cluster.mesh !== undefined && { mesh: cluster.mesh }),
      nodes,
    };
  });
  const [ipv4, ipv6] = networks.map((network): LabNetwork => {
    return { network: formatCidr(network), gateway: addressAt(network, 1), prefixLength: network.prefixLength };
  });
  return { ...ipv4!, ...(ipv6 && { ipv6 }), clusters };
}

/** Names nodes as kind does: the first worker has no number. */
function nodeName(cluster: string, index: number): string {
  if (index === 0) return `${cluster}-control-plane`;
  return `${cluster}-worker${index === 1 ? "" : index}`;
}

function range(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new RangeError(`${text} is no range`);
  return cidr;
}

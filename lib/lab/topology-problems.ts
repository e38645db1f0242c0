import { cidrsOverlap, cidrSize, parseAddressRange, parseCidr } from "../base/address.ts";
import { familyOf } from "../base/family.ts";
import type { Cidr } from "../base/address.ts";
import type { Family } from "../base/family.ts";
import type { TopologyFile } from "./topology.ts";

/** `-control-plane` has to fit behind it in a node name of 63 characters. */
const longestClusterName = 49;

/** How much of a cluster's pod range each node gets, as kubeadm has it. */
export const nodePrefixLength = { IPv4: 24, IPv6: 64 } as const;

const servicePrefixLengths = { IPv4: { least: 12, most: 28 }, IPv6: { least: 108, most: 124 } } as const;

/** What Cilium takes as the name of a cluster in a mesh, and as the greatest id. */
const longestMeshName = 32;
const greatestMeshId = 255;

/** Takes the ranges of one field apart, which commas divide as in the options of Kubernetes. */
export function rangesOf(text: string): string[] {
  return text.split(",").map((part) => part.trim());
}

/** Lists what is wrong with a topology whose fields are all there; empty when nothing is. */
export function topologyProblems(file: TopologyFile): string[] {
  const ranges = namedRanges(file);
  return [
    ...nameProblems(file),
    ...ranges
      .filter(({ cidr }) => cidr === undefined)
      .map(({ path, text, family }) => `${path}: ${text} is no ${family} range`),
    ...familyProblems(file),
    ...roomProblems(file, ranges),
    ...overlapProblems(ranges),
    ...loadBalancerProblems(file),
    ...meshProblems(file),
  ];
}

interface NamedRange {
  path: string;
  text: string;
  family: Family;
  cidr: Cidr | undefined;
}

function namedRanges(file: TopologyFile): NamedRange[] {
  const named = (path: string, text: string): NamedRange[] =>
    rangesOf(text).map((part, index) => {
      const family = index === 0 ? "IPv4" : "IPv6";
      return { path, text: part, family, cidr: familyOf(part) === family ? parseCidr(part) : undefined };
    });
  return [
    ...named("network", file.network),
    ...file.clusters.flatMap((cluster, index) => [
      ...named(`clusters.${index}.podCIDR`, cluster.podCIDR),
      ...named(`clusters.${index}.serviceCIDR`, cluster.serviceCIDR),
    ]),
  ];
}

function nameProblems(file: TopologyFile): string[] {
  return file.clusters.flatMap(({ name }, index) => {
    const found: string[] = [];
    if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name)) {
      found.push(`clusters.${index}.name: ${name} is no DNS label of lower-case letters, digits and hyphens`);
    }
    if (name.length > longestClusterName) {
      found.push(`clusters.${index}.name: ${name} is longer than ${longestClusterName} characters`);
    }
    if (file.clusters.findIndex((other) => other.name === name) < index) {
      found.push(`clusters.${index}.name: ${name} is there twice`);
    }
    return found;
  });
}

/** One range, or one of each family; pods and Services of the same ones, which the network has to have. */
function familyProblems(file: TopologyFile): string[] {
  const count = (text: string) => rangesOf(text).length;
  const texts = [
    ["network", file.network],
    ...file.clusters.flatMap(({ podCIDR, serviceCIDR }, index) => [
      [`clusters.${index}.podCIDR`, podCIDR],
      [`clusters.${index}.serviceCIDR`, serviceCIDR],
    ]),
  ];
  return [
    ...texts.flatMap(([path, text = ""]) =>
      count(text) > 2 ? `${path}: ${text} is more than one range of each family` : [],
    ),
    ...file.clusters.flatMap(({ podCIDR, serviceCIDR }, index) => [
      ...(count(podCIDR) === count(serviceCIDR)
        ? []
        : [`clusters.${index}: podCIDR ${podCIDR} and serviceCIDR ${serviceCIDR} are not of the same families`]),
      ...(count(podCIDR) > count(file.network)
        ? [`clusters.${index}.podCIDR: ${podCIDR} has a family that network ${file.network} has not`]
        : []),
    ]),
  ];
}

function roomProblems(file: TopologyFile, ranges: NamedRange[]): string[] {
  const nodes = nodeCount(file);
  return ranges.flatMap(({ path, text, cidr }) => {
    if (cidr === undefined) return [];
    const { family, prefixLength } = cidr;
    // The network's own address, the bridge and the broadcast address are not for nodes.
    if (path === "network") return cidrSize(cidr) < nodes + 3 ? `${path}: ${text} has no room for ${nodes} nodes` : [];
    if (path.endsWith("podCIDR")) {
      const own = (file.clusters[Number(path.split(".")[1])]?.workers ?? 0) + 1;
      const part = nodePrefixLength[family];
      const fits = prefixLength <= part && 2 ** (part - prefixLength) >= own;
      return fits ? [] : `${path}: ${text} has no /${part} for each of ${own} nodes`;
    }
    const { least, most } = servicePrefixLengths[family];
    const fits = least <= prefixLength && prefixLength <= most;
    return fits ? [] : `${path}: ${text} is not between a /${least} and a /${most}`;
  });
}

function overlapProblems(ranges: NamedRange[]): string[] {
  return ranges.flatMap((range, index) =>
    ranges
      .slice(0, index)
      .filter(({ cidr }) => cidr !== undefined && range.cidr !== undefined && cidrsOverlap(cidr, range.cidr))
      .map((earlier) => `${range.path}: ${range.text} overlaps ${earlier.path} ${earlier.text}`),
  );
}

function loadBalancerProblems(file: TopologyFile): string[] {
  const networks = rangesOf(file.network).flatMap((text) => parseCidr(text) ?? []);
  const pools = file.clusters.flatMap(({ loadBalancers = "" }, index) =>
    rangesOf(loadBalancers)
      .filter(Boolean)
      .map((text) => ({ path: `clusters.${index}.loadBalancers`, text, range: parseAddressRange(text) })),
  );
  return pools.flatMap(({ path, text, range }, index) => {
    if (range === undefined) return `${path}: ${text} is no range of addresses`;
    const found: string[] = [];
    const network = networks.find(({ family }) => family === range.family);
    // What the network's own address, the bridge and the nodes leave, without the broadcast address.
    const first = (network?.first ?? 0n) + BigInt(nodeCount(file) + 2);
    const last = network === undefined ? -1n : network.first + cidrSize(network) - 2n;
    if (range.first < first || range.last > last) {
      found.push(`${path}: ${text} is not among the addresses that nodes leave of network ${file.network}`);
    }
    const shared = pools
      .slice(0, index)
      .filter(
        ({ range: other }) => other?.family === range.family && range.first <= other.last && other.first <= range.last,
      );
    return [...found, ...shared.map((earlier) => `${path}: ${text} overlaps ${earlier.path} ${earlier.text}`)];
  });
}

/** @see https://docs.cilium.io/en/stable/network/clustermesh/setup/ */
function meshProblems({ clusters }: TopologyFile): string[] {
  return clusters.flatMap(({ name, mesh }, index) => {
    if (mesh === undefined) return [];
    const found: string[] = [];
    if (mesh.id < 1 || mesh.id > greatestMeshId) {
      found.push(`clusters.${index}.mesh.id: ${mesh.id} is not between 1 and ${greatestMeshId}`);
    }
    const earlier = clusters.slice(0, index).find((other) => other.mesh?.id === mesh.id);
    if (earlier !== undefined) found.push(`clusters.${index}.mesh.id: ${mesh.id} is the id of ${earlier.name} too`);
    if (name.length > longestMeshName || name === "default") {
      found.push(
        `clusters.${index}.name: ${name} is no name for a mesh: up to ${longestMeshName} characters, not default`,
      );
    }
    return found;
  });
}

function nodeCount({ clusters }: TopologyFile): number {
  return clusters.reduce((sum, { workers }) => sum + workers + 1, 0);
}

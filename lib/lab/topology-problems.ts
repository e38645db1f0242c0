import { cidrsOverlap, cidrSize, parseAddressRange, parseCidr } from "../base/address.ts";
import type { Cidr } from "../base/address.ts";
import type { TopologyFile } from "./topology.ts";

/** `-control-plane` has to fit behind it in a node name of 63 characters. */
const longestClusterName = 49;

/** What Cilium takes as the name of a cluster in a mesh, and as the greatest id. */
const longestMeshName = 32;
const greatestMeshId = 255;

/** Lists what is wrong with a topology whose fields are all there; empty when nothing is. */
export function topologyProblems(file: TopologyFile): string[] {
  const ranges = namedRanges(file);
  return [
    ...nameProblems(file),
    ...ranges.filter(({ cidr }) => cidr === undefined).map(({ path, text }) => `${path}: ${text} is no IPv4 range`),
    ...roomProblems(file),
    ...overlapProblems(ranges),
    ...loadBalancerProblems(file),
    ...meshProblems(file),
  ];
}

interface NamedRange {
  path: string;
  text: string;
  cidr: Cidr | undefined;
}

function namedRanges(file: TopologyFile): NamedRange[] {
  const named = (path: string, text: string) => ({ path, text, cidr: parseCidr(text) });
  return [
    named("network", file.network),
    ...file.clusters.flatMap((cluster, index) => [
      named(`clusters.${index}.podCIDR`, cluster.podCIDR),
      named(`clusters.${index}.serviceCIDR`, cluster.serviceCIDR),
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

function roomProblems(file: TopologyFile): string[] {
  const found: string[] = [];
  const nodes = nodeCount(file);
  const network = parseCidr(file.network);
  // The network's own address, the bridge and the broadcast address are not for nodes.
  if (network !== undefined && cidrSize(network) < nodes + 3) {
    found.push(`network: ${file.network} has no room for ${nodes} nodes`);
  }
  for (const [index, cluster] of file.clusters.entries()) {
    const pods = parseCidr(cluster.podCIDR);
    if (pods !== undefined && cidrSize(pods) < (cluster.workers + 1) * 256) {
      found.push(`clusters.${index}.podCIDR: ${cluster.podCIDR} has no /24 for each of ${cluster.workers + 1} nodes`);
    }
    const services = parseCidr(cluster.serviceCIDR);
    if (services !== undefined && (services.prefixLength > 28 || services.prefixLength < 12)) {
      found.push(`clusters.${index}.serviceCIDR: ${cluster.serviceCIDR} is not between a /12 and a /28`);
    }
  }
  return found;
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
  const network = parseCidr(file.network);
  const pools = file.clusters.flatMap(({ loadBalancers: text }, index) =>
    text === undefined ? [] : { path: `clusters.${index}.loadBalancers`, text, range: parseAddressRange(text) },
  );
  return pools.flatMap(({ path, text, range }, index) => {
    if (range === undefined) return `${path}: ${text} is no range of IPv4 addresses`;
    const found: string[] = [];
    // What the network's own address, the bridge and the nodes leave, without the broadcast address.
    if (network !== undefined) {
      const free = { first: network.first + nodeCount(file) + 2, last: network.first + cidrSize(network) - 2 };
      if (range.first < free.first || range.last > free.last) {
        found.push(`${path}: ${text} is not among the addresses that nodes leave of network ${file.network}`);
      }
    }
    const shared = pools
      .slice(0, index)
      .filter((earlier) => earlier.range && range.first <= earlier.range.last && earlier.range.first <= range.last);
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

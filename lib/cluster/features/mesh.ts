import { type Cilium, isOn, readCilium } from "./cilium.ts";
import type { Cluster } from "../cluster.ts";

/** What can join Services of several clusters, as the feature that a scenario asks for. */
export type Mechanism = "mesh-annotations" | "mesh-mcs";

/** What a cluster has for Services that several clusters have together. */
export interface MeshFacts {
  /** Undefined where Cilium is not. */
  cilium: Cilium | { unknown: string } | undefined;
  /** Whether its API has ServiceExports and ServiceImports. */
  hasExports: boolean;
  /** Whether its DNS is told to answer below `clusterset.local`, or the reason why that is not known. */
  dns: boolean | { unknown: string };
}

/** The version of the Multi-Cluster Services API that manifests and questions use. */
export const exportsApi = "multicluster.x-k8s.io/v1alpha1";

/** Reads what a cluster has for mesh-wide Services; `corefile` configures its DNS. Throws Diagnostic `broken`. */
export async function readMesh(cluster: Cluster, corefile: { text: string } | { unknown: string }): Promise<MeshFacts> {
  const [cilium, exporting, importing] = await Promise.all([
    readCilium(cluster),
    cluster.serves({ apiVersion: exportsApi, kind: "ServiceExport" }),
    cluster.serves({ apiVersion: exportsApi, kind: "ServiceImport" }),
  ]);
  const dns = "unknown" in corefile ? corefile : /\bclusterset\.local\b/.test(corefile.text);
  return { cilium, hasExports: exporting && importing, dns };
}

/** A cluster of the run with its facts. */
export interface MeshMember {
  context: string;
  mesh: MeshFacts;
}

/** How a cluster stands to the other clusters of the run. */
export interface MeshTies {
  /** Per feature null where it is there, else the reason why not. */
  features: Record<string, string | null>;
  /** Contexts of the other clusters that a mechanism joins to it, in the run's order. */
  joined: Record<Mechanism, string[]>;
}

/**
 * Finds out which clusters of the run are joined by what; in the order given.
 *
 * Two clusters are joined by Cilium's mesh when one of them is told to connect to the other: that the other one is not is then for a
 * scenario to find. By the API of exported Services are joined all that have it, or, where it is Cilium's, those of its mesh.
 */
export function joinMeshes(members: readonly MeshMember[]): MeshTies[] {
  return members.map((member) => {
    const others = members.filter((other) => other !== member);
    const meshed = others.filter((other) => areMeshed(member.mesh, other.mesh));
    const exporting = others.filter((other) => shareExports(member.mesh, other.mesh));
    return {
      joined: { "mesh-annotations": meshed.map(contextOf), "mesh-mcs": exporting.map(contextOf) },
      features: featuresOf(member, members, { meshed, exporting }),
    };
  });
}

function featuresOf(
  { mesh }: MeshMember,
  members: readonly MeshMember[],
  { meshed, exporting }: { meshed: MeshMember[]; exporting: MeshMember[] },
): MeshTies["features"] {
  const annotations = meshed.length > 0 ? null : whyNotMeshed(mesh);
  const exported = exporting.length > 0 ? null : whyNoExports(mesh);
  const neither =
    mesh.cilium === undefined && !mesh.hasExports
      ? "neither Cilium's mesh nor the API of exported Services joins it to another cluster"
      : undefined;
  const meshes = members.filter((member) => isInMesh(member.mesh));
  return {
    "mesh-annotations": annotations === null ? null : (neither ?? annotations),
    "mesh-mcs": exported === null ? null : (neither ?? exported),
    "mesh-dns": exported === null ? whyNoNames(mesh) : (neither ?? exported),
    "mesh-endpoint-slices": annotations === null ? whyNoSlices(mesh) : (neither ?? annotations),
    "cilium-mesh":
      isInMesh(mesh) && meshes.length > 1 ? null : (neither ?? annotations ?? "Cilium runs no mesh in another cluster"),
  };
}

function areMeshed(one: MeshFacts, other: MeshFacts): boolean {
  const [mine, theirs] = [presentCilium(one), presentCilium(other)];
  if (!mine || !theirs || mine.clusterName === theirs.clusterName) return false;
  if (mine.peers === "undisclosed" && theirs.peers === "undisclosed") return true;
  return names(mine, theirs) || names(theirs, mine);
}

function names({ peers }: Cilium, { clusterName }: Cilium): boolean {
  return peers !== "undisclosed" && peers.includes(clusterName);
}

function shareExports(one: MeshFacts, other: MeshFacts): boolean {
  if (!one.hasExports || !other.hasExports) return false;
  const [mine, theirs] = [presentCilium(one), presentCilium(other)];
  if (!mine || !theirs) return true;
  return exportsByCilium(mine) && exportsByCilium(theirs) && areMeshed(one, other);
}

function exportsByCilium(cilium: Cilium): boolean {
  return isOn(cilium, "clustermesh-enable-mcs-api");
}

function isInMesh(mesh: MeshFacts): boolean {
  const cilium = presentCilium(mesh);
  return cilium !== undefined && (cilium.peers === "undisclosed" || cilium.peers.length > 0);
}

function whyNotMeshed(mesh: MeshFacts): string {
  const { cilium } = mesh;
  if (cilium === undefined) return "Cilium, whose mesh would join it to another cluster, is not there";
  if ("unknown" in cilium) return `whether Cilium's mesh joins it to another cluster is not known: ${cilium.unknown}`;
  const { peers } = cilium;
  if (peers === "undisclosed")
    return "Cilium's mesh joins it to clusters whose names may not be read, and none of this run names it";
  if (peers.length === 0) return "Cilium's mesh does not join it to another cluster";
  return `Cilium's mesh joins it to no other cluster of this run, but to ${peers.join(", ")}`;
}

function whyNoExports(mesh: MeshFacts): string {
  if (!mesh.hasExports) return `its API has no ServiceExports and ServiceImports of ${exportsApi}`;
  const cilium = presentCilium(mesh);
  if (cilium && !exportsByCilium(cilium)) return "Cilium, which would serve exported Services, is told not to";
  return "no other cluster of this run shares exported Services with it";
}

function whyNoNames({ dns }: MeshFacts): string | null {
  if (dns === true) return null;
  return dns === false ? "CoreDNS is not configured to answer below clusterset.local" : dns.unknown;
}

function whyNoSlices(mesh: MeshFacts): string | null {
  const cilium = presentCilium(mesh);
  if (cilium && isOn(cilium, "clustermesh-enable-endpoint-sync")) return null;
  return "Cilium is not told to synchronise endpoint slices (clustermesh-enable-endpoint-sync)";
}

/** What is known of a cluster's Cilium, if anything is. */
export function presentCilium({ cilium }: MeshFacts): Cilium | undefined {
  return cilium === undefined || "unknown" in cilium ? undefined : cilium;
}

function contextOf({ context }: MeshMember): string {
  return context;
}

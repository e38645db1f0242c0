import type { Cluster } from "../../cluster/cluster.ts";
import { evidenceSource, type EvidenceSource } from "../../cluster/evidence/evidence-source.ts";
import { fileName } from "../../cluster/evidence/file-name.ts";
import { gather } from "../../cluster/evidence/gather.ts";
import type { Evidence } from "../../report/path-result.ts";
import type { Report } from "../../report/report.ts";
import { evidenceFolders } from "./evidence-folders.ts";
import { type FindingGroup, findingGroups } from "./finding-groups.ts";
import { subjectsOf } from "./subjects.ts";

export interface EvidenceOptions {
  clusters: readonly Cluster[];
  /** Of the run, by the roles that paths call them by. */
  namespaces: Readonly<Record<string, string>>;
  /** Of the reports. */
  directory: string;
  /** Takes known secrets out of a text. */
  redact(text: string): string;
  /** For all of it. */
  limitMs: number;
  /** Ends it early. */
  signal?: AbortSignal;
  /** Whether the run was stopped, so that paths are broken for no other reason. */
  stopped?: boolean;
}

/** For one answer of an API server. */
const callMs = 5000;
/** More groups of findings than that have no folder. */
const mostGroups = 10;
const sizes = { fileBytes: 256 * 1024, runBytes: 8 * 1024 * 1024 };

/**
 * Gathers evidence for what a run has found so far, while what it deployed is still there: a folder for each group of findings, below `evidence/` of
 * the reports. Does nothing when there is nothing to tell. Never rejects, and changes no verdict: what cannot be gathered is told in the
 * report's `cut`.
 */
export async function gatherEvidence(report: Report, options: EvidenceOptions): Promise<void> {
  const groups = findingGroups(report.current(), options.stopped);
  if (groups.length === 0 || options.clusters.length === 0) return;
  const isGathered = report.step("gather evidence");
  const { clusters, namespaces, directory, redact, limitMs, signal } = options;
  const limit = AbortSignal.any([AbortSignal.timeout(limitMs), ...(signal ? [signal] : [])]);
  const limits = { signal: limit, callMs: Math.min(callMs, limitMs) };
  const sources = clusters.map((cluster) => evidenceSource(cluster, Object.values(namespaces), limits));
  const folders = evidenceFolders(directory, redact, sizes);
  const seen = await Promise.all(groups.slice(0, mostGroups).map((group) => look(group, sources, namespaces)));
  const left = groups.length - seen.length;
  report.evidenceGathered(
    seen.map(({ group, files, cut }, index): Evidence => {
      const folder = `evidence/${String(index + 1).padStart(2, "0")}-${slug(group.about)}`;
      const written = files.flatMap((file) => folders.write(folder, file, cut) ?? []);
      if (left > 0 && index === seen.length - 1)
        cut.push(`${left} more groups of findings have no evidence: at most ${mostGroups} have`);
      return { folder, about: group.about, paths: group.paths.map(({ id }) => id), files: written, cut };
    }),
  );
  isGathered();
}

async function look(group: FindingGroup, sources: EvidenceSource[], namespaces: EvidenceOptions["namespaces"]) {
  const contexts = sources.map(({ cluster }) => cluster.context);
  const { byContext, cut } = subjectsOf(group, contexts, namespaces);
  const names = distinctNames(contexts);
  const gathered = await Promise.all(
    sources.flatMap((source) => {
      const { context } = source.cluster;
      const subject = byContext.get(context);
      return subject === undefined ? [] : [gather(source, subject).then((found) => ({ context, ...found }))];
    }),
  );
  const files = gathered.flatMap((found) =>
    found.files.map((file) => ({
      ...file,
      name: `${names.get(found.context)}/${file.name}`,
      about: `${found.context}: ${file.about}`,
    })),
  );
  return { group, files, cut: [...cut, ...gathered.flatMap((found) => found.cut)] };
}

/** Names of folders for contexts, no two equal. */
function distinctNames(contexts: string[]): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    contexts.map((context) => {
      const plain = fileName(context);
      let name = plain;
      for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${plain}-${number}`;
      taken.add(name.toLowerCase());
      return [context, name];
    }),
  );
}

/** The first words of a text, as they may be part of a name. */
function slug(text: string): string {
  const words =
    text
      .toLowerCase()
      .replace(/^cause \d+: /, "")
      .match(/[a-z0-9]+/g) ?? [];
  let made = "";
  for (const word of words) {
    if (made.length + 1 + word.length > longestSlug) break;
    made += `${made === "" ? "" : "-"}${word}`;
  }
  return made || "findings";
}

const longestSlug = 48;

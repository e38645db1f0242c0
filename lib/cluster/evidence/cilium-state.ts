import { listOf, textOf } from "../../base/open-record.ts";
import type { KubeObject } from "../cluster.ts";
import { runCommand } from "../exec/run-command.ts";
import type { EvidenceSource, GatheredFile } from "./evidence-source.ts";
import { fileName } from "./file-name.ts";

const container = "cilium-agent";

const questions = [
  { file: "cilium-status", command: ["cilium-dbg", "status", "-o", "json"] },
  { file: "cilium-services", command: ["cilium-dbg", "service", "list", "-o", "json"] },
];

/**
 * Asks the Cilium agents among some pods for their state and their table of Services. Empty where there are none; that commands may not be run in
 * them is told in `cut`.
 *
 * @see https://docs.cilium.io/en/stable/cmdref/cilium-dbg_status/
 */
export async function ciliumFiles(source: EvidenceSource, pods: KubeObject[], cut: string[]): Promise<GatheredFile[]> {
  const agents = pods.filter((pod) => containersOf(pod).includes(container));
  const files = agents.flatMap((pod) => questions.map((question) => answer(source, pod, question, cut)));
  return (await Promise.all(files)).flat();
}

async function answer(
  source: EvidenceSource,
  pod: KubeObject,
  { file, command }: (typeof questions)[number],
  cut: string[],
): Promise<GatheredFile[]> {
  const { namespace = "", name } = pod.metadata;
  const node = textOf(pod["spec"], "nodeName") ?? "";
  const said = await source.read(`${command.join(" ")} in ${namespace}/${name}`, cut, (signal) =>
    runCommand(source.cluster, { namespace, pod: name, container, command, signal }),
  );
  if (said === undefined) return [];
  return [
    {
      name: `${file}-${fileName(node)}.json`,
      about: `what ${command.join(" ")} says on ${node}`,
      text: said,
      keep: "head",
    },
  ];
}

function containersOf(pod: KubeObject): string[] {
  return listOf(pod["spec"], "containers").map((each) => textOf(each, "name") ?? "");
}

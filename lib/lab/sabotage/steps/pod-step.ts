import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { askApi } from "../ask-api.ts";
import type { PodStep } from "../fault.ts";
import type { LabAccess } from "../lab-access.ts";

interface Pod {
  metadata: { name: string; namespace: string; uid: string };
}

interface Process {
  pid: number;
  words: string[];
}

const tryEveryMs = 250;
const mostTries = 40;

/** The program that a run starts in its agents to ask with. */
const execed = "ask";

/** Stops, kills or evicts what the step names. Rejects when there is no such pod. */
export async function makePodStep(step: PodStep, lab: LabAccess): Promise<void> {
  const pods = await podsOf(step, lab);
  if (pods.length === 0) throw new Error(`no pod with the role ${step.role} runs on ${step.node ?? "any node"}`);
  for (const pod of pods) await disturb(pod, step, lab);
}

/** Lets what was stopped go on; nothing for the others, and for pods that are gone. */
export async function undoPodStep(step: PodStep, lab: LabAccess): Promise<void> {
  if (step.make !== "stop") return;
  for (const pod of await podsOf(step, lab)) for (const { pid } of processesOf(pod, lab)) process.kill(pid, "SIGCONT");
}

async function disturb(pod: Pod, step: PodStep, lab: LabAccess): Promise<void> {
  const { name, namespace } = pod.metadata;
  switch (step.make) {
    case "stop":
      for (const { pid } of processesOf(pod, lab)) process.kill(pid, "SIGSTOP");
      return;
    case "kill-exec":
      for (const { pid } of await execedIn(pod, lab)) process.kill(pid, "SIGKILL");
      return;
    case "evict": {
      const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
      const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
      const { status } = await askApi(lab, step.cluster, { method: "POST", path, body });
      if (status >= 300) throw new Error(`the API server answers ${status} to the eviction of ${name}`);
    }
  }
}

/** Waits a little for one that was killed before and is about to be started anew. */
async function execedIn(pod: Pod, lab: LabAccess): Promise<Process[]> {
  for (let tries = 0; tries < mostTries; tries++) {
    const found = processesOf(pod, lab).filter(({ words }) => words[0] === "node" && words.includes(execed));
    if (found.length > 0) return found;
    await sleep(tryEveryMs);
  }
  throw new Error(`nothing asks in ${pod.metadata.name}`);
}

async function podsOf({ cluster, role, node }: PodStep, lab: LabAccess): Promise<Pod[]> {
  const query = new URLSearchParams({
    labelSelector: `meshgate.dev/role=${role}`,
    ...(node !== undefined && { fieldSelector: `spec.nodeName=${node}` }),
  });
  const { body } = await askApi(lab, cluster, { path: `/api/v1/pods?${query.toString()}` });
  return (body as { items: Pod[] }).items;
}

/** The processes in a pod's network, as this machine numbers them. */
function processesOf({ metadata: { uid } }: Pod, { handle }: LabAccess): Process[] {
  const { ino } = statSync(`/proc/${handle.pid}/root/run/netns/pod-${uid}`);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => networkOf(pid) === `net:[${ino}]`)
    .map((pid) => ({ pid: Number(pid), words: readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0") }));
}

function networkOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined;
  }
}

import { isRecord } from "../../../base/open-record.ts";
import type { KubeObject } from "../../model.ts";
import { conflict } from "../status-errors.ts";
import { answerJson } from "./answer.ts";
import { readObject } from "./body.ts";
import type { Call } from "./call.ts";
import { liveObject } from "./write.ts";

const success = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };

/** POST to pods/NAME/binding: puts a pod on a node. */
export async function bindPod(call: Call): Promise<void> {
  const { request, response, store } = call;
  const body = await readObject(request);
  const target = isRecord(body) && isRecord(body["target"]) ? body["target"] : {};
  const pod = liveObject(call);
  const { name, namespace } = pod.metadata;
  const { nodeName } = pod["spec"];
  if (nodeName)
    throw conflict(
      { group: "", plural: "pods/binding" },
      name,
      `pod ${name} is already assigned to node "${nodeName}"`,
    );
  store.modify("pods", name, namespace, (copy) => ({ ...copy, spec: { ...copy["spec"], nodeName: target["name"] } }));
  store.modify("pods", name, namespace, scheduled, "status");
  answerJson(response, 201, success);
}

/** POST to pods/NAME/eviction: a deletion that a disruption budget could refuse; there are none here. */
export async function evictPod(call: Call): Promise<void> {
  const { request, response, store } = call;
  const body = await readObject(request);
  const options = isRecord(body) && isRecord(body["deleteOptions"]) ? body["deleteOptions"] : {};
  const { name, namespace } = liveObject(call).metadata;
  const seconds = options["gracePeriodSeconds"];
  store.delete("pods", name, namespace, typeof seconds === "number" ? { gracePeriodSeconds: seconds } : {});
  answerJson(response, 201, success);
}

function scheduled(pod: KubeObject): KubeObject {
  const others = (pod["status"]?.conditions ?? []).filter(({ type }: { type: string }) => type !== "PodScheduled");
  const lastTransitionTime = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const condition = { type: "PodScheduled", status: "True", lastProbeTime: null, lastTransitionTime };
  return { ...pod, status: { ...pod["status"], conditions: [...others, condition] } };
}

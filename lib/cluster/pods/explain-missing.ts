import { printable } from "../../base/printable.ts";
import { shellQuote } from "../../base/shell-quote.ts";
import type { Cluster } from "../cluster.ts";
import type { Missing } from "./missing-pods.ts";
import type { Trouble } from "../trouble.ts";

/** Puts what is missing into words, with the end of its container's log where that tells more. Never throws. */
export async function explainMissing(cluster: Cluster, { object, pod, symptom }: Missing): Promise<Trouble> {
  const kubectl = `kubectl --context ${shellQuote(cluster.context)}`;
  const [kind = "", namespace = "", name = ""] = object.split("/");
  const log = pod === undefined || symptom.logOf === undefined ? "" : await lastLines(cluster, pod, symptom.logOf);
  const look =
    pod !== undefined && symptom.logOf !== undefined
      ? `${kubectl} -n ${pod.namespace} logs ${pod.name} -c ${symptom.logOf} --previous`
      : `${kubectl} -n ${namespace} describe ${kind.toLowerCase()} ${name}`;
  const sentence = symptom.hint.endsWith(".") ? `${symptom.hint} Look with: ${look}` : `${symptom.hint}: ${look}`;
  return { cluster: cluster.context, object, message: printable(symptom.message + log), cure: sentence };
}

async function lastLines(
  cluster: Cluster,
  pod: { namespace: string; name: string },
  container: string,
): Promise<string> {
  try {
    const options = { tailLines: 5, container };
    const text =
      (await cluster.log(pod.namespace, pod.name, options)) ||
      (await cluster.log(pod.namespace, pod.name, { ...options, previous: true }));
    return text.trim() === "" ? "" : `; its log ends: ${text.trim().split("\n").slice(-5).join(" | ")}`;
  } catch {
    // The log only adds to what is known already.
    return "";
  }
}

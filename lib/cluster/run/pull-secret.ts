import { textOf } from "../../base/open-record.ts";
import { Diagnostic } from "../../base/diagnostic.ts";
import type { Cluster } from "../cluster.ts";
import { labelsOf } from "./run-labels.ts";

const dockerConfig = "kubernetes.io/dockerconfigjson";
const secretKind = { apiVersion: "v1", kind: "Secret" };

/** Names a Secret: `NAMESPACE/NAME`. Throws Diagnostic `configuration` for a text of another form. */
export function parsePullSecret(text: string): { namespace: string; name: string } {
  const [namespace, name, ...rest] = text.split("/");
  if (namespace && name && rest.length === 0) return { namespace, name };
  throw new Diagnostic(
    "configuration",
    `--image-pull-secret is ${JSON.stringify(text)}, which is not NAMESPACE/NAME.`,
    "Name a Secret of type kubernetes.io/dockerconfigjson that exists in every cluster, such as default/registry.",
  );
}

/**
 * Copies an image pull secret into the namespaces of a run and returns its name there, for `imagePullSecrets`.
 *
 * Throws Diagnostic `configuration` when the Secret is missing or of another type. What is in it goes from API server to API server
 * and is neither kept nor put into any message.
 */
export async function copyPullSecret(
  cluster: Cluster,
  source: { namespace: string; name: string },
  target: { namespaces: readonly string[]; runId: string },
): Promise<string> {
  const found = await cluster.get(secretKind, source.name, source.namespace);
  const config = textOf(found, "data", ".dockerconfigjson");
  if (found?.["type"] !== dockerConfig || config === undefined)
    throw new Diagnostic(
      "configuration",
      `${cluster.context}: ${source.namespace}/${source.name} ${found === undefined ? "does not exist" : `is not a Secret of type ${dockerConfig}`}.`,
      "Create it with kubectl create secret docker-registry, or leave --image-pull-secret out.",
    );
  await Promise.all(
    target.namespaces.map((namespace) =>
      cluster.apply({
        ...secretKind,
        metadata: { name: source.name, namespace, labels: labelsOf(target.runId) },
        type: dockerConfig,
        data: { ".dockerconfigjson": config },
      }),
    ),
  );
  return source.name;
}

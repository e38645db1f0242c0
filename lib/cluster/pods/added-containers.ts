import { shellQuote } from "../../base/shell-quote.ts";
import type { Cluster } from "../cluster.ts";
import { containerNames, type Expected } from "./expected.ts";
import type { Trouble } from "../trouble.ts";
import { isUp, type NamespaceState, podsOf } from "./workload-pods.ts";

/**
 * Finds containers, init containers included, that were added to running pods of a workload on their way through the API server.
 *
 * A service mesh's proxy in a pod answers, refuses and encrypts in the place of the network that is to be tested. Returns at most one
 * trouble for the workload.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
export function addedContainers(cluster: Cluster, state: NamespaceState, expected: Expected): Trouble[] {
  const added = podsOf(state, expected)
    .filter((pod) => isUp(pod, "running"))
    .map((pod) => containerNames(pod["spec"]).filter((name) => !expected.containers.includes(name)))
    .filter((names) => names.length > 0);
  if (added.length === 0) return [];
  const { kind, name, namespace } = expected;
  const names = [...new Set(added.flat())].join(", ");
  return [
    {
      cluster: cluster.context,
      object: `${kind}/${namespace}/${name}`,
      message: `${added.length} of its pods have containers that nobody asked for (${names}): what is measured would be theirs`,
      cure:
        `Exempt the namespace ${namespace} from whatever adds them; look with: ` +
        `kubectl --context ${shellQuote(cluster.context)} get mutatingwebhookconfigurations`,
    },
  ];
}

import { stringify } from "yaml";
import { labExtension } from "./lab-handle.ts";
import type { LabHandle } from "./lab-handle.ts";

/** The lists of a kubeconfig for one context. */
interface Config {
  clusters: { name: string; cluster: Record<string, unknown> }[];
  users: unknown[];
  contexts: unknown[];
}

/**
 * Joins the kubeconfigs of a lab's clusters into the text of one, and notes at each cluster which lab it lives in. The first is the current
 * context.
 */
export function labKubeconfig(configs: object[], handle: LabHandle): string {
  const all = configs as (Config & { "current-context": string })[];
  const extensions = [{ name: labExtension, extension: handle }];
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: all
      .flatMap(({ clusters }) => clusters)
      .map(({ name, cluster }) => ({ name, cluster: { ...cluster, extensions } })),
    users: all.flatMap(({ users }) => users),
    contexts: all.flatMap(({ contexts }) => contexts),
    "current-context": all[0]?.["current-context"] ?? "",
  });
}

import { setTimeout as delay } from "node:timers/promises";
import { isRecord } from "../base/open-record.ts";
import type { Cluster, KubeObject } from "../cluster/cluster.ts";
import { Diagnostic } from "../base/diagnostic.ts";
import { addServices, deployObjects, type DeployOptions, deployStage, objectsOf, type Site } from "./deployment.ts";
import type { Hands } from "./hands.ts";
import type { ClusterView } from "./world.ts";
import { podKey } from "./world.ts";

const pollEveryMs = 100;
const pollAddressesEveryMs = 500;
/** A pod template's annotation that makes a Deployment roll out. */
const versionAnnotation = "meshgate.dev/version";

/** Makes the hands of a run: what scenarios may do to what it deployed. */
export function makeHands(sites: Site[], options: DeployOptions): Hands {
  const { live, timeoutMs, signal } = options;

  return {
    async apply(view, file) {
      failOn(await deployStage([file], siteOf(view), options));
    },
    async awaitAddresses(view, services, limitMs) {
      const { cluster } = siteOf(view);
      const deadline = performance.now() + limitMs;
      const hasNone = (name: string) => view.service(name).loadBalancerHosts.length === 0;
      while (true) {
        await addServices(cluster, live.namespaces.run, live);
        if (signal.aborted || performance.now() > deadline || !services.some(hasNone)) return;
        await delay(pollAddressesEveryMs);
      }
    },
    async remove(view, file) {
      const site = siteOf(view);
      const objects = objectsOf([file], site, live);
      for (const { apiVersion, kind, metadata } of objects)
        await site.cluster.remove({ apiVersion, kind }, metadata.name, metadata.namespace);
      for (const object of objects) await untilGone(site.cluster, object);
    },
    async scale(view, file, deployment, replicas) {
      await change(view, file, deployment, (object) => setSpec(object, { replicas }));
    },
    async replacePod(view, file, deployment, namespace = "run") {
      const site = siteOf(view);
      const key = podKey({ cluster: view.name, namespace: live.namespaces[namespace], name: deployment });
      const pod = live.pods.get(key);
      if (!pod)
        throw new Diagnostic("broken", `There is no pod of ${deployment} to replace.`, "See why it does not run.");
      await site.cluster.remove({ apiVersion: "v1", kind: "Pod" }, pod.name, live.namespaces[namespace]);
      await change(view, file, deployment, (object) => object);
    },
    async rollOut(view, file, deployment, version) {
      await change(view, file, deployment, (object) => setVersion(object, version));
    },
  };

  function siteOf(view: ClusterView): Site {
    const site = sites.find(({ cluster }) => cluster.context === view.name);
    if (!site) throw new Error(`nothing is deployed to ${view.name}`);
    return site;
  }

  async function change(view: ClusterView, file: string, name: string, edit: (object: KubeObject) => KubeObject) {
    const site = siteOf(view);
    const found = objectsOf([file], site, live).find(
      (object) => object.kind === "Deployment" && object.metadata.name === name,
    );
    if (!found) throw new Error(`${file} has no Deployment ${name}`);
    failOn(await deployObjects([edit(found)], site, options));
  }

  async function untilGone(cluster: Cluster, { apiVersion, kind, metadata }: KubeObject): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while ((await cluster.get({ apiVersion, kind }, metadata.name, metadata.namespace)) !== undefined) {
      if (signal.aborted || performance.now() > deadline)
        throw new Diagnostic(
          "broken",
          `${kind} ${metadata.name} of ${cluster.context} is not gone.`,
          "Look at its finalizers.",
        );
      await delay(pollEveryMs);
    }
  }
}

function setSpec(object: KubeObject, fields: Record<string, unknown>): KubeObject {
  return { ...object, spec: { ...(isRecord(object["spec"]) ? object["spec"] : {}), ...fields } };
}

function setVersion(object: KubeObject, version: string): KubeObject {
  const spec = isRecord(object["spec"]) ? object["spec"] : {};
  const template = isRecord(spec["template"]) ? spec["template"] : {};
  const metadata = isRecord(template["metadata"]) ? template["metadata"] : {};
  const annotations = {
    ...(isRecord(metadata["annotations"]) ? metadata["annotations"] : {}),
    [versionAnnotation]: version,
  };
  return setSpec(object, { template: { ...template, metadata: { ...metadata, annotations } } });
}

function failOn([trouble]: { message: string; cure: string }[]): void {
  if (trouble) throw new Diagnostic("broken", trouble.message, trouble.cure);
}

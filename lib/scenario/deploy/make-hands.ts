import { setTimeout as delay } from "node:timers/promises";
import { awaitImports } from "./await-imports.ts";
import { isRecord } from "../../base/open-record.ts";
import type { Cluster, KubeObject, ResourceKind } from "../../cluster/cluster.ts";
import { Diagnostic } from "../../base/diagnostic.ts";
import { addServices, deployObjects, type DeployOptions, objectsOf, type Site } from "./deployment.ts";
import type { Hands } from "../hands.ts";
import type { Ingresses } from "./ingresses.ts";
import { publishIngresses } from "./publish-ingresses.ts";
import type { ClusterView } from "../world.ts";
import { type PodFacts, podKey, replicaName } from "../world.ts";

const pollEveryMs = 100;
const pollAddressesEveryMs = 500;
/** A pod template's annotation that makes a Deployment roll out. */
const versionAnnotation = "meshgate.dev/version";
const podKind = { apiVersion: "v1", kind: "Pod" };

interface HandsOptions extends DeployOptions {
  /** More than that nothing is waited for, whatever a scenario allows. Default: no limit. */
  longestWaitMs?: number;
}

/** Makes the hands of a run: what scenarios may do to what it deployed. */
export function makeHands(sites: Site[], options: HandsOptions, ingresses: Ingresses): Hands {
  const { live, timeoutMs, longestWaitMs = Infinity, signal } = options;
  const within = (limitMs: number) => ({ live, limitMs: Math.min(limitMs, longestWaitMs), signal });

  return {
    async apply(view, file, late = {}) {
      const site = siteOf(view);
      const objects = objectsOf([file], site, live).map((object) => withValues(object, late) as KubeObject);
      failOn(await deployObjects(objects, site, options));
    },
    publish: (view, file, limitMs) => publishIngresses(file, siteOf(view), ingresses, within(limitMs)),
    async awaitAddresses(view, services, limitMs) {
      const { cluster } = siteOf(view);
      const deadline = performance.now() + within(limitMs).limitMs;
      const hasNone = (name: string) => view.service(name).loadBalancerHosts.length === 0;
      while (true) {
        await addServices(cluster, live.namespaces.run, live);
        if (signal.aborted || performance.now() >= deadline || !services.some(hasNone)) return;
        await delay(pollAddressesEveryMs);
      }
    },
    awaitImports: (view, services, limitMs) => awaitImports(siteOf(view).cluster, services, within(limitMs)),
    async remove(view, file) {
      const site = siteOf(view);
      const objects = objectsOf([file], site, live);
      for (const { apiVersion, kind, metadata } of objects)
        await site.cluster.remove({ apiVersion, kind }, metadata.name, metadata.namespace);
      for (const { apiVersion, kind, metadata } of objects)
        await untilGone(site.cluster, { apiVersion, kind }, metadata.name, metadata.namespace);
    },
    async scale(view, file, deployment, replicas) {
      takeAway(view, deployment);
      await change(view, file, deployment, (object) => setSpec(object, { replicas }));
    },
    async replacePod(view, file, deployment, namespace = "run") {
      const site = siteOf(view);
      const key = podKey({ cluster: view.name, namespace: live.namespaces[namespace], name: deployment });
      const pod = live.pods.get(key);
      if (!pod)
        throw new Diagnostic("broken", `There is no pod of ${deployment} to replace.`, "See why it does not run.");
      live.takenAway.add(pod.uid);
      await site.cluster.remove(podKind, pod.name, live.namespaces[namespace]);
      await change(view, file, deployment, (object) => object);
      await untilGone(site.cluster, podKind, pod.name, live.namespaces[namespace]);
    },
    async rollOut(view, file, deployment, version) {
      const former = replicasOf(view, deployment);
      takeAway(view, deployment);
      await change(view, file, deployment, (object) => setVersion(object, version));
      const now = new Set(replicasOf(view, deployment).map(({ uid }) => uid));
      if (former.some(({ uid }) => now.has(uid)))
        throw new Diagnostic(
          "broken",
          `Pods of ${deployment} in ${view.name} are the same after its roll-out.`,
          "Look at the Deployment's status and at the log of the controller manager.",
        );
      for (const { name } of former) await untilGone(siteOf(view).cluster, podKind, name, live.namespaces.run);
    },
  };

  /** Whoever follows the pods of the run shall not take it for a mishap. */
  function takeAway(view: ClusterView, deployment: string): void {
    const only = live.pods.get(podKey({ cluster: view.name, namespace: live.namespaces.run, name: deployment }));
    for (const { uid } of [...(only ? [only] : []), ...replicasOf(view, deployment)]) live.takenAway.add(uid);
  }

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

  /** The pods of a Deployment of the run's own namespace, as they were last seen. */
  function replicasOf(view: ClusterView, deployment: string): PodFacts[] {
    const facts: PodFacts[] = [];
    for (;;) {
      const name = replicaName(deployment, facts.length);
      const found = live.pods.get(podKey({ cluster: view.name, namespace: live.namespaces.run, name }));
      if (!found) return facts;
      facts.push(found);
    }
  }

  async function untilGone(cluster: Cluster, of: ResourceKind, name: string, namespace?: string): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while ((await cluster.get(of, name, namespace)) !== undefined) {
      if (signal.aborted || performance.now() >= deadline)
        throw new Diagnostic(
          "broken",
          `${of.kind} ${name} of ${cluster.context} is not gone.`,
          "Look at its finalizers.",
        );
      await delay(pollEveryMs);
    }
  }
}

function withValues(value: unknown, late: Record<string, string | number>): unknown {
  if (Array.isArray(value)) return value.map((item) => withValues(item, late));
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withValues(inner, late)]));
  return typeof value === "string" || typeof value === "number" ? (late[String(value)] ?? value) : value;
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

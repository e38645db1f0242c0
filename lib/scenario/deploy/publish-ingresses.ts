import { setTimeout as delay } from "node:timers/promises";
import { textOf } from "../../base/open-record.ts";
import type { Cluster, KubeObject } from "../../cluster/cluster.ts";
import { fillCertificates } from "../../cluster/kubeconfig/fill-certificates.ts";
import type { IngressClass } from "../../cluster/features/ingress-classes.ts";
import { findEntrances } from "../../cluster/features/ingress-entrances.ts";
import { publishedHosts } from "../../cluster/features/published-hosts.ts";
import { objectsOf, type Site } from "./deployment.ts";
import { certificatesOf, ingressKey, type Ingresses } from "./ingresses.ts";
import type { LiveFacts } from "../world.ts";

interface PublishOptions {
  live: LiveFacts;
  limitMs: number;
  signal: AbortSignal;
}

const pollEveryMs = 500;

/**
 * Applies a manifest of Ingresses for each class of a cluster, waits until they have addresses, at most for `limitMs`, and keeps where their
 * controllers take requests. Does so once for a cluster and file. Never rejects.
 */
export function publishIngresses(
  file: string,
  site: Site,
  ingresses: Ingresses,
  options: PublishOptions,
): Promise<void> {
  const context = site.cluster.context;
  const key = JSON.stringify([context, file]);
  const publishing = ingresses.published.get(key) ?? publishAll(file, site, ingresses, options);
  ingresses.published.set(key, publishing);
  return publishing;
}

async function publishAll(file: string, site: Site, ingresses: Ingresses, options: PublishOptions): Promise<void> {
  const { context } = site.cluster;
  await Promise.all(
    (ingresses.classes.get(context) ?? []).map(async (ingressClass) => {
      const ofClass = { ...site, values: { ...site.values, ingressClasses: [ingressClass.name] } };
      const objects = objectsOf([file], ofClass, options.live);
      const filled = await fillCertificates(objects, certificatesOf(ingresses, context));
      const found = await publish(filled, site.cluster, ingressClass, options).catch((error: unknown) => ({
        unknown: error instanceof Error ? error.message : "the Ingresses could not be made",
      }));
      ingresses.found.set(ingressKey(context, ingressClass.name), found);
    }),
  );
}

async function publish(
  objects: KubeObject[],
  cluster: Cluster,
  ingressClass: IngressClass,
  { limitMs, signal }: PublishOptions,
) {
  for (const object of objects) await cluster.apply(object);
  const own = objects.filter(({ kind }) => kind === "Ingress");
  const deadline = performance.now() + limitMs;
  for (;;) {
    const hosts = await Promise.all(own.map((ingress) => hostsOf(cluster, ingress)));
    if (signal.aborted || performance.now() > deadline || hosts.every((each) => each.length > 0))
      return findEntrances(cluster, ingressClass, [...new Set(hosts.flat())]);
    await delay(pollEveryMs);
  }
}

async function hostsOf(cluster: Cluster, { apiVersion, kind, metadata }: KubeObject): Promise<string[]> {
  const stored = await cluster.get({ apiVersion, kind }, metadata.name, textOf(metadata, "namespace"));
  return publishedHosts(stored?.["status"]);
}

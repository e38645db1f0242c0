import type { Entrance } from "../../cluster/features/ingress-entrances.ts";
import { nameForClass, storeDomain } from "../../cluster/run/per-ingress-class.ts";
import { certificatesOf, ingressKey, type Ingresses } from "./ingresses.ts";
import { type Asker, type Ingress, placeName } from "../place.ts";
import type { ClusterView } from "../world.ts";

/** Makes the views of what Ingresses make reachable, in clusters whose Ingresses are made in this namespace. */
export function viewIngresses(
  clusters: ClusterView[],
  ingresses: Ingresses,
  namespace: string,
): (cluster: ClusterView) => Ingress[] {
  const views = new Map(
    clusters.map((cluster): [string, Ingress[]] => [
      cluster.name,
      (ingresses.classes.get(cluster.name) ?? []).map(({ name }) => view(name, cluster, ingresses, namespace)),
    ]),
  );
  return ({ name }) => views.get(name) ?? [];
}

function view(name: string, { name: cluster, nodes }: ClusterView, ingresses: Ingresses, namespace: string): Ingress {
  const title = `${cluster}/${name}`;
  const entrances = (): readonly Entrance[] => {
    const found = ingresses.found.get(ingressKey(cluster, name));
    if (!found) throw new Error(`the Ingresses of ${title} are not there yet`);
    if ("unknown" in found) throw new Error(found.unknown);
    return found;
  };
  return {
    kind: "ingress",
    cluster,
    name,
    namespace,
    domain: storeDomain(name, namespace),
    entranceFor(asker) {
      const open = entrances().filter(({ reach }) => isFor(reach, asker, cluster));
      // Whether this machine is the one that runs the cluster's containers is not known.
      const first = open.find(({ reach }) => reach !== "own-machine") ?? open[0];
      const host = first?.host ?? (first && nodes[0]?.address);
      if (!first || host === undefined)
        throw new Error(
          `the Ingresses of ${title} publish no address that ${placeName(asker)} could ask, and no Service of its controller is found`,
        );
      return { host, http: first.http, https: first.https };
    },
    get isToldByService() {
      const [first] = entrances().filter(({ told }) => told === "by-service");
      return first !== undefined && first.host === undefined;
    },
    objectName: (of) => nameForClass(of, name),
    fingerprint(secret) {
      const made = certificatesOf(ingresses, cluster).get(nameForClass(secret, name));
      if (!made) throw new Error(`the certificate ${secret} of ${title} is not there yet`);
      return made.fingerprint256;
    },
  };
}

function isFor(reach: Entrance["reach"], asker: Asker, cluster: string): boolean {
  if (reach === "anybody") return true;
  return reach === "own-pods" ? asker.cluster === cluster : asker.kind === "outside";
}

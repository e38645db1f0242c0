import type { Quirk } from "../../addons/ingress/quirk.ts";
import type { KubeObject, ResourceName } from "../../model.ts";

/** A way in which one of the lab's components sees something else than what is there. */
export interface View {
  /** The component, a dot, and what is amiss: `kube-proxy.no-service`. */
  name: string;
  /** By resource, what the component sees of it. Of what is not named it sees what is there. */
  sees?: Record<ResourceName, Look>;
  /** Of a component that answers questions: how it does that, whatever it sees. */
  manner?: Manner;
}

/**
 * Gives all objects of a resource as a component sees them, from those that are there. Pure; an object that it leaves as it is is the same one, and
 * none is changed in its place.
 */
export type Look = (there: readonly KubeObject[], sight: Sight) => readonly KubeObject[];

/** What a look may go by. */
export interface Sight {
  /** What the component has seen until now; at first, what was there when the distortion came. */
  seen: readonly KubeObject[];
  /** All objects of a resource as they are. A component that runs in a pod knows only of those that it follows itself. */
  all(resource: ResourceName): readonly KubeObject[];
  /** The node that the component is on, if it is on one. */
  node?: string | undefined;
}

/** How a component does what it is asked for. */
export interface Manner {
  /** After so long. */
  delayMs?: number;
  /** Of an ingress controller: what it does wrongly with requests. */
  quirk?: Quirk;
  /** Of what keeps imports of a mesh: it tells exports nothing of conflicts. */
  overlooksConflicts?: true;
  /** Of a kubelet: it asks nobody for credentials. */
  admitsAnybody?: true;
  /** Of a name server: which questions it answers with a failure, or denies the name of, whatever it knows. */
  denies?(question: { name: string; type: string }): "SERVFAIL" | "NXDOMAIN" | undefined;
  /** Of an API server: from where it takes node ports; else from the default range. */
  nodePorts?: { first: number; last: number };
}

/**
 * Names a pod of the run before it exists. Address and UID are there once it runs; reading them earlier throws, which is a
 * mistake in a scenario: probes and expectations read them when they are asked, never while paths are enumerated.
 */
export interface Pod {
  kind: "pod";
  cluster: string;
  /** Absent for a pod that the scheduler may place on any chosen node. */
  node?: string;
  /** Its role in the run, such as client, echo or unready. */
  name: string;
  readonly namespace: string;
  readonly address: string;
  readonly uid: string;
}

/** Names a Service of the run, or one of the cluster's own. */
export interface Service {
  kind: "service";
  cluster: string;
  name: string;
  readonly namespace: string;
  /** Cluster address. Throws for a headless Service. */
  readonly address: string;
  /** `echo.NAMESPACE.svc.DOMAIN` */
  readonly fullName: string;
}

/** Names something that is asked and is neither a pod nor a Service of the run, such as one DNS server. */
export interface Named {
  kind: "named";
  cluster: string;
  node?: string;
  name: string;
}

export type Place = Pod | Service | Named;

/** Prints a place in names only: `cluster/node/name`. */
export function placeName(place: Place): string {
  const node = "node" in place && place.node !== undefined ? `${place.node}/` : "";
  return `${place.cluster}/${node}${place.name}`;
}

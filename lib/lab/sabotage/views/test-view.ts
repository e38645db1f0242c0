import type { KubeObject, ResourceName } from "../../model.ts";
import type { Sight } from "./view.ts";
import { views } from "./views.ts";

/** Gives what a component with a view sees of these objects; `world` has the objects of other resources. Throws for a view that there is not. */
export function see(
  name: string,
  resource: ResourceName,
  there: KubeObject[],
  { world = {}, ...sight }: Partial<Omit<Sight, "all">> & { world?: Record<ResourceName, KubeObject[]> } = {},
): readonly KubeObject[] {
  const look = views.find((view) => view.name === name)?.sees?.[resource];
  if (look === undefined) throw new Error(`there is no view ${name} of ${resource}`);
  const all = (other: ResourceName) => world[other] ?? (other === resource ? there : []);
  return look(freeze(there), { seen: there, ...sight, all });
}

/** Makes an object for looks. */
export function object(name: string, fields: object = {}, namespace = "run"): KubeObject {
  return { apiVersion: "v1", kind: "Any", metadata: { name, namespace }, ...fields };
}

/** Makes an EndpointSlice of a Service. */
export function slice(service: string, endpoints: object[], fields: object = {}): KubeObject {
  const labels = { "kubernetes.io/service-name": service };
  return {
    ...object(`${service}-1`, { addressType: "IPv4", ports: [{ port: 80 }], endpoints, ...fields }),
    metadata: { name: `${service}-1`, namespace: "run", labels },
  };
}

/** The store hands out what cannot be changed. */
function freeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}

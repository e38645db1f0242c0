import type { ApiObject } from "../api-object.ts";
import type { ObjectMemory } from "./object-memory.ts";
import type { Backend } from "./routes.ts";

/** Where a backend can be reached. */
export interface Endpoint {
  /** An address, or a name where the Service is an alias. */
  host: string;
  port: number;
}

/**
 * Lists the ready endpoints of a backend, ordered and each once; empty when the Service or its port is not there or nothing is ready.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions
 */
export function endpointsOf(
  memory: Pick<ObjectMemory, "service" | "slices">,
  { namespace, service: name, port: wanted }: Backend,
): Endpoint[] {
  const key = `${namespace}/${name}`;
  const service = memory.service(key);
  const ports: ServicePort[] = service?.["spec"]?.ports ?? [];
  const port = ports.find((each) => (wanted.name ? each.name === wanted.name : each.port === wanted.number));
  if (service?.["spec"]?.type === "ExternalName") return aliasOf(service, port, wanted);
  if (port === undefined || (port.protocol ?? "TCP") !== "TCP") return [];
  const found = memory.slices(key).flatMap((slice) => readyIn(slice, port.name ?? ""));
  const unique = new Map(found.map((endpoint) => [`${endpoint.host}:${endpoint.port}`, endpoint]));
  return [...unique].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, endpoint]) => endpoint);
}

type ServicePort = { name?: string; port: number; protocol?: string; targetPort?: number | string };

/** An alias needs no list of ports; without one, the number that the Ingress names is the port. */
function aliasOf({ spec }: ApiObject, port: ServicePort | undefined, wanted: Backend["port"]): Endpoint[] {
  const number = Number(port?.targetPort ?? port?.port ?? wanted.number);
  return Number.isInteger(number) ? [{ host: spec.externalName, port: number }] : [];
}

function readyIn({ addressType, endpoints, ports }: ApiObject, portName: string): Endpoint[] {
  if (addressType !== "IPv4") return [];
  const port = ((ports ?? []) as ServicePort[]).find(({ name = "" }) => name === portName);
  if (port?.port === undefined) return [];
  const listed: { addresses: string[]; conditions?: { ready?: boolean } }[] = endpoints ?? [];
  return listed
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses }) => addresses.slice(0, 1).map((host) => ({ host, port: port.port })));
}

import type { AddressInfo } from "node:net";
import type { ApiAccess } from "../api-access.ts";
import { announcer } from "./announce.ts";
import { certificateChooser, findCertificate, type CertificateTable } from "./certificates.ts";
import { endpointsOf, type Endpoint } from "./endpoints.ts";
import { createEventWriter } from "./event-writer.ts";
import { createFakeCertificate } from "./fake-certificate.ts";
import { followCluster } from "./follow-cluster.ts";
import { openGateway } from "./gateway.ts";
import { openHealthServer } from "./health-server.ts";
import { createObjectMemory } from "./object-memory.ts";
import { ownIngresses } from "./own-ingresses.ts";
import { publishedAddresses } from "./published-addresses.ts";
import { roundRobin } from "./round-robin.ts";
import { buildRoutes, type Backend, type RouteTable } from "./routes.ts";
import { statusPublisher } from "./status-publisher.ts";
import { takeBackAddresses } from "./take-back-addresses.ts";

export interface ControllerOptions {
  access: ApiAccess;
  /** The address that everything listens on. */
  address: string;
  /** Zero takes any free port. */
  ports: { http: number; https: number; health: number };
  /** `namespace/name` of the Service whose addresses the Ingresses get. */
  publishService: string;
  /** The pod that this is, and its node, where that is known. */
  pod: { namespace: string; name: string; node?: string | undefined };
  log: (line: string) => void;
}

/** An ingress controller that follows its cluster. */
export interface IngressController {
  ports: { http: number; https: number; health: number };
  /**
   * Says over HTTP that it is not healthy any more, serves on until `known` resolves, ends connections within `graceMs`, and takes its addresses
   * back unless another controller pod goes on.
   */
  stop(known: Promise<void>, graceMs: number): Promise<void>;
}

const timeouts = { connectMs: 5_000, idleMs: 60_000 };
/** A status that could not be written is written again after this long at the latest. */
const resyncMs = 5_000;

/** Starts a controller. Resolves when it knows the whole cluster and serves it; before that only its health can be asked for. */
export async function startIngressController(options: ControllerOptions): Promise<IngressController> {
  const { access, address, ports, publishService, pod, log } = options;
  const memory = createObjectMemory();
  const chooseCertificates = certificateChooser();
  const announce = announcer(createEventWriter(access, log));
  const publish = statusPublisher(access, log);
  const takeTurns = roundRobin();
  const watching = new AbortController();
  let routes: RouteTable = buildRoutes([]);
  let certificates: CertificateTable = { contexts: new Map(), bad: [] };
  let objection: string | undefined = "starting";
  let publishing = Promise.resolve();

  function sync(): void {
    const ingresses = ownIngresses(memory.ingresses(), memory.ingressClasses());
    routes = buildRoutes(ingresses);
    certificates = chooseCertificates(routes, memory.secret);
    announce(ingresses, certificates.bad);
    const written = publish(ingresses, publishedAddresses(memory.service(publishService)));
    publishing = publishing.then(() => written);
  }

  function endpoints(backend: Backend): Endpoint[] {
    const { namespace, service, port } = backend;
    return takeTurns(`${namespace}/${service}:${port.name ?? port.number}`, endpointsOf(memory, backend));
  }

  const health = await openHealthServer(address, ports.health, () => objection);
  const complete = followCluster(access, memory, { node: pod.node, signal: watching.signal, changed: sync, log });
  const [fake, manner] = await Promise.all([createFakeCertificate(), complete]);
  sync();
  const resync = setInterval(sync, resyncMs);
  const gateway = await openGateway({
    address,
    ports,
    fake,
    routes: () => routes,
    certificate: (name) => findCertificate(certificates.contexts, name),
    endpoints,
    timeouts,
    quirk: () => manner().quirk,
    log,
  });
  objection = undefined;

  return {
    ports: { ...gateway.ports, health: (health.address() as AddressInfo).port },
    async stop(known, graceMs) {
      objection = "the ingress controller is shutting down";
      // Requests that still come find endpoints that are there.
      await known;
      clearInterval(resync);
      watching.abort();
      const takenBack = publishing
        .then(() => takeBackAddresses(access, pod, publish))
        .catch((error: Error) => log(`addresses stay in the status of Ingresses: ${error.message}`));
      await Promise.all([gateway.close(graceMs), takenBack]);
      health.closeAllConnections();
      health.close();
    },
  };
}

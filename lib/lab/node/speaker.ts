import { setTimeout as delay } from "node:timers/promises";
import type { RecordEvent } from "../controllers/event-recorder.ts";
import type { KubeObject, LabCluster, LabNode, ResourceName, Store } from "../model.ts";
import type { Announcer } from "../net/announcer.ts";
import { electNode } from "./elect-node.ts";
import { familiesOf } from "./address-family.ts";
import type { ServicePort } from "./service-ports.ts";
import { watchServices } from "./service-watch.ts";
import type { ServicePorts } from "./service-watch.ts";

export interface SpeakerOptions {
  /** It has to serve the resources of metallb.io. */
  store: Pick<Store, "watch">;
  cluster: LabCluster;
  announcer: Announcer;
  /** Writes events as `metallb-speaker`. */
  record: RecordEvent;
  log: (line: string) => void;
}

/** Makes nodes answer for the addresses of load balancers. */
export interface Speaker {
  /** Stops following changes; addresses stay where they are. */
  stop(): void;
  /** Resolves when every address is where the changes made so far want it. Never rejects: what fails is logged and tried again. */
  settled(): Promise<void>;
}

const retryMs = 1000;

/** Who answers for an address, and the Service that it is for. */
interface Place {
  node: LabNode;
  service: KubeObject;
}

/**
 * Keeps each load balancer's address at one node of the cluster. It stands for the speakers of all nodes, which agree without a word since each
 * of them comes to the same choice.
 *
 * @see https://metallb.io/concepts/layer2/
 */
export function startSpeaker({ store, cluster, announcer, record, log }: SpeakerOptions): Speaker {
  const watches = familiesOf(cluster).map(({ name }) => watchServices(store, name));
  const ending = new AbortController();
  const services = new Map<string, KubeObject>();
  const roll = {
    nodes: new Map<string, KubeObject>(),
    pools: new Map<string, KubeObject>(),
    advertisements: new Map<string, KubeObject>(),
  };
  const placed = new Map<string, LabNode>();
  /** By family, in the order of the watches. */
  const ports: ServicePorts[] = watches.map(() => new Map());
  let wanted = new Map<string, Place>();
  let busy = false;
  let applying = Promise.resolve();

  const refresh = (): void => {
    wanted = placesOf(
      ports.flatMap((ofFamily) => [...ofFamily.values()]),
      services,
      {
        cluster: cluster.nodes,
        nodes: [...roll.nodes.values()],
        pools: [...roll.pools.values()],
        advertisements: [...roll.advertisements.values()],
      },
    );
    if (busy) return;
    busy = true;
    applying = apply();
  };
  const apply = async (): Promise<void> => {
    for (let target: typeof wanted | undefined; target !== wanted && !ending.signal.aborted;) {
      target = wanted;
      try {
        await move(target);
      } catch (error) {
        log(`speaker: ${(error as Error).message}`);
        target = undefined;
        await delay(retryMs, undefined, { signal: ending.signal }).catch(() => {});
      }
    }
    busy = false;
  };
  const move = async (target: typeof wanted): Promise<void> => {
    const leaving = [...placed].filter(([address, node]) => target.get(address)?.node !== node);
    await Promise.all(leaving.map(([address, node]) => announcer.withdraw(node, address)));
    for (const [address] of leaving) placed.delete(address);
    const arriving = [...target].filter(([address]) => !placed.has(address));
    await Promise.all(
      arriving.map(async ([address, { node, service }]) => {
        await announcer.announce(node, address);
        placed.set(address, node);
        record(service, "Normal", "nodeAssigned", `announcing from node "${node.name}" with protocol "layer2"`);
      }),
    );
  };
  const follow = (resource: ResourceName, objects: Map<string, KubeObject>, changed: () => void): (() => void) =>
    store.watch(
      resource,
      ({ type, object }) => {
        const key = `${object.metadata.namespace}/${object.metadata.name}`;
        if (type === "DELETED") objects.delete(key);
        else objects.set(key, object);
        changed();
      },
      { replay: true },
    );
  const stops = [
    // Their changes come gathered, joined with their endpoints.
    follow("services", services, () => {}),
    follow("nodes", roll.nodes, refresh),
    follow("ipaddresspools.metallb.io", roll.pools, refresh),
    follow("l2advertisements.metallb.io", roll.advertisements, refresh),
    ...watches.map((watch, family) =>
      watch.subscribe((present) => {
        ports[family] = present;
        refresh();
      }),
    ),
  ];
  return {
    stop() {
      ending.abort();
      for (const stop of stops) stop();
    },
    async settled() {
      await Promise.all(watches.map((watch) => watch.settled()));
      await applying;
    },
  };
}

interface Roll {
  cluster: readonly LabNode[];
  nodes: readonly KubeObject[];
  pools: readonly KubeObject[];
  advertisements: readonly KubeObject[];
}

function placesOf(
  ports: readonly ServicePort[],
  services: ReadonlyMap<string, KubeObject>,
  roll: Roll,
): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const { service: of, loadBalancerAddresses, externalPolicy, endpoints } of ports) {
    const service = services.get(`${of.namespace}/${of.name}`);
    // A Service with a class is left to the load balancer of that class.
    if (service === undefined || service["spec"].loadBalancerClass !== undefined) continue;
    for (const address of loadBalancerAddresses.filter((one) => !places.has(one))) {
      const name = electNode({ address, externalPolicy, endpoints }, roll);
      const node = roll.cluster.find((one) => one.name === name);
      if (node !== undefined) places.set(address, { node, service });
    }
  }
  return places;
}

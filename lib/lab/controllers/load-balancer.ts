import { storageKey } from "../api/storage.ts";
import type { KubeObject, Store } from "../model.ts";
import { readPools } from "./address-pools.ts";
import type { AddressPool } from "./address-pools.ts";
import type { ControllerContext } from "./controller-context.ts";
import {
  additionalAddress,
  asksForOthers,
  assignedAddresses,
  chooseAddresses,
  keepFailure,
  wishOf,
} from "./load-balancer-address.ts";
import { splitKey } from "./object-key.ts";
import { createReconcileQueue } from "./reconcile-queue.ts";

const poolResource = "ipaddresspools.metallb.io";
const poolAnnotation = "metallb.io/ip-allocated-from-pool";

/**
 * Gives Services of type LoadBalancer addresses from the cluster's IPAddressPools, as MetalLB's controller does. Services with a class are left
 * to others. The store has to serve the resources of metallb.io. Returns the stop function.
 *
 * @see https://metallb.io/usage/
 */
export function startLoadBalancerController(store: Store, { log, record }: ControllerContext): () => void {
  const queue = createReconcileQueue("load balancer", reconcile, log);

  function reconcile(key: string): void {
    const { namespace, name } = splitKey(key);
    const service = store.get("services", name, namespace);
    if (service === undefined || service.spec.loadBalancerClass !== undefined) return;
    const pools = service.spec.type === "LoadBalancer" ? readPools(store.list(poolResource)) : [];
    if (pools.length === 0) clear(service);
    else converge(service, pools);
  }

  function converge(service: KubeObject, pools: AddressPool[]): void {
    const key = storageKey(service);
    const others = store.list("services").filter((other) => isHolder(other) && storageKey(other) !== key);
    const current = assignedAddresses(service);
    if (current.length > 0) {
      const wish = wishOf(service);
      if ("failure" in wish) {
        record(service, "Warning", "LoadBalancerFailed", `invalid requested loadbalancer IPs: ${wish.failure}`);
        return;
      }
      const failure = keepFailure(service, current, others, pools);
      if (failure === undefined && !asksForOthers(service, current, pools)) {
        addFamily(service, current, others, pools);
        return;
      }
      if (failure !== undefined) {
        const message = `current IP for "${key}" not allowed by config, will attempt for new IP assignment: ${failure}`;
        record(service, "Normal", "ClearAssignment", message);
      }
    }
    const chosen = chooseAddresses(service, others, pools);
    if ("failure" in chosen) {
      record(service, "Warning", "AllocationFailed", `Failed to allocate IP for "${key}": ${chosen.failure}`);
      clear(service);
      return;
    }
    record(service, "Normal", "IPAllocated", `Assigned IP [${quoted(chosen.addresses)}]`);
    write(service, chosen);
    if (current.length > 0) retryWaiting();
  }

  /** A Service that prefers two families gets the second address when there is one. */
  function addFamily(service: KubeObject, current: string[], others: KubeObject[], pools: AddressPool[]): void {
    if (service.spec.ipFamilyPolicy !== "PreferDualStack") return;
    const address = additionalAddress(service, current, others, pools);
    if (address === undefined) return;
    record(service, "Normal", "IPAllocated", `Assigned additional IP "${address}"`);
    write(service, { addresses: [...current, address], pool: service.metadata.annotations?.[poolAnnotation] ?? "" });
  }

  function clear(service: KubeObject): void {
    if (assignedAddresses(service).length === 0 && service.metadata.annotations?.[poolAnnotation] === undefined) return;
    write(service, undefined);
    retryWaiting();
  }

  /** The annotation goes first: who sees the address knows its pool. */
  function write({ metadata }: KubeObject, given: { addresses: string[]; pool: string } | undefined): void {
    const { name, namespace } = metadata;
    store.modify("services", name, namespace, (copy) => {
      const { annotations, ...rest } = copy.metadata;
      const { [poolAnnotation]: _, ...others } = annotations ?? {};
      const wanted = { ...others, ...(given && { [poolAnnotation]: given.pool }) };
      return { ...copy, metadata: { ...rest, ...(Object.keys(wanted).length > 0 && { annotations: wanted }) } };
    });
    const loadBalancer = given === undefined ? {} : { ingress: given.addresses.map((ip) => ({ ip })) };
    store.modify(
      "services",
      name,
      namespace,
      (copy) => ({ ...copy, status: { ...copy.status, loadBalancer } }),
      "status",
    );
  }

  /** An address may have become free. */
  function retryWaiting(): void {
    for (const service of store.list("services")) {
      if (service.spec.type === "LoadBalancer" && !isHolder(service)) queue.add(storageKey(service));
    }
  }

  const stops = [
    store.watch(
      "services",
      ({ type, object }) => {
        if (type !== "DELETED") queue.add(storageKey(object));
        else if (isHolder(object)) retryWaiting();
      },
      { replay: true },
    ),
    store.watch(poolResource, () => {
      for (const service of store.list("services")) queue.add(storageKey(service));
    }),
  ];
  return () => {
    queue.stop();
    for (const stop of stops) stop();
  };
}

function isHolder(service: KubeObject): boolean {
  return service.spec.type === "LoadBalancer" && assignedAddresses(service).length > 0;
}

function quoted(addresses: string[]): string {
  return addresses.map((address) => JSON.stringify(address)).join(" ");
}

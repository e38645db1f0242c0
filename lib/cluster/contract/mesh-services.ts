import { describe, expect, test } from "vitest";
import { listOf, textOf } from "../../base/open-record.ts";
import {
  answersOf,
  firstTwo,
  forgottenWithinMs,
  podAddresses,
  resolved,
  serveEverywhere,
  serveIn,
} from "./mesh-place.ts";
import type { MeshPlace } from "./mesh-place.ts";
import { isGone } from "./room.ts";
import { settle } from "./settle.ts";

const ports = [{ name: "http", port: 80, targetPort: 8080 }];
const global = "service.cilium.io/global";
const shared = "service.cilium.io/shared";
const affinity = "service.cilium.io/affinity";

/**
 * Services that clusters have together by annotation.
 *
 * @see https://docs.cilium.io/en/stable/network/clustermesh/services/
 */
export function meshServicesContract(inPlaces: () => MeshPlace[]): void {
  describe("a global Service", () => {
    test("has the backends of all clusters under one name, but those that are not shared", async ({ skip }) => {
      const places = inPlaces();
      const [first, second] = firstTwo(places, skip);
      await serveEverywhere(places, "global");
      const name = await publish(places, "global", { [global]: "true" });
      const all = places.map(({ cluster }) => cluster).toSorted();
      for (const place of places) expect(await answersOf(place, "global", name, all)).toEqual(all);
      await annotate(first, name, { [shared]: "false" });
      const others = all.filter((cluster) => cluster !== first.cluster);
      expect(await answersOf(second, "global", name, others)).toEqual(others);
      expect(await answersOf(first, "global", name, all)).toEqual(all);
    });

    test("is a cluster's own when only that cluster calls it global", async ({ skip }) => {
      const places = inPlaces().slice(0, 2);
      const [first, second] = firstTwo(places, skip);
      await serveEverywhere(places, "alone");
      const name = await publish(places, "alone", { [global]: "true" });
      const both = places.map(({ cluster }) => cluster).toSorted();
      expect(await answersOf(first, "alone", name, both)).toEqual(both);
      await annotate(second, name, { [global]: null });
      expect(await answersOf(first, "alone", name, [first.cluster])).toEqual([first.cluster]);
      expect(await answersOf(second, "alone", name, [second.cluster])).toEqual([second.cluster]);
    });

    /** @see https://docs.cilium.io/en/stable/network/clustermesh/affinity/ */
    test("keeps to the clusters of its affinity while they have a backend", async ({ skip }) => {
      const places = inPlaces().slice(0, 2);
      const [first, second] = firstTwo(places, skip);
      await serveEverywhere(places, "near");
      await serveIn(first.room, first.cluster, "asker");
      const name = await publish(places, "near", { [global]: "true" });
      const both = places.map(({ cluster }) => cluster).toSorted();
      const [home, away] = [[first.cluster], [second.cluster]];
      expect(await answersOf(first, "asker", name, both)).toEqual(both);
      await annotate(first, name, { [affinity]: "remote" });
      expect(await answersOf(first, "asker", name, away)).toEqual(away);
      await annotate(first, name, { [affinity]: "local" });
      expect(await answersOf(first, "asker", name, home)).toEqual(home);
      expect(await answersOf(second, "near", name, both)).toEqual(both);
      await first.room.remove("pods", "near");
      await settle("the end of the pod", () => first.room.get("pods", "near"), isGone);
      expect(await answersOf(first, "asker", name, away)).toEqual(away);
      await serveIn(first.room, first.cluster, "near");
      expect(await answersOf(first, "asker", name, home)).toEqual(home);
    });

    /** @see https://docs.cilium.io/en/stable/network/clustermesh/services/#synchronizing-kubernetes-endpointslice-beta */
    test("without an address names the pods of all clusters", async ({ skip }) => {
      const places = inPlaces().slice(0, 2);
      const [first, second] = firstTwo(places, skip);
      if (first.config["clustermesh-enable-endpoint-sync"] !== "true") {
        return skip("endpoint slices of other clusters are not synchronised");
      }
      await serveEverywhere(places, "headless");
      await publish(places, "headless", { [global]: "true" }, { clusterIP: "None" });
      const addresses = await podAddresses(places, "headless");
      const name = `headless-service.${first.room.namespace}.svc.cluster.local`;
      const isAll = (found: string[]) => found.join() === addresses.join();
      await settle("all addresses", () => resolved(first, "headless", name), isAll, forgottenWithinMs);
      const label = `multicluster.kubernetes.io/source-cluster=${second.cluster}`;
      const slices = await first.room.list("endpointslices", `${label},kubernetes.io/service-name=headless-service`);
      const [address] = await podAddresses([second], "headless");
      expect(slices.flatMap((slice) => listOf(slice, "endpoints"))).toMatchObject([{ addresses: [address] }]);
      expect(textOf(slices[0], "metadata", "labels", managedBy)).toBe("endpointslice-mesh-controller.cilium.io");
      await annotate(first, "headless-service", { "service.cilium.io/global-sync-endpoint-slices": "false" });
      await settle(
        "the end of the slices",
        () => first.room.list("endpointslices", label),
        (left) => left.length === 0,
      );
    });
  });
}

const managedBy = "endpointslice.kubernetes.io/managed-by";

/** Makes a Service of the pods `NAME` in each place and returns its name, which is another: by its own a pod finds itself. */
async function publish(
  places: readonly MeshPlace[],
  app: string,
  annotations: Record<string, string>,
  spec: Record<string, unknown> = {},
): Promise<string> {
  const fields = { metadata: { annotations }, spec: { ports, selector: { app }, ...spec } };
  await Promise.all(places.map(({ room }) => room.create("services", `${app}-service`, fields)));
  return `${app}-service`;
}

async function annotate({ room }: MeshPlace, name: string, annotations: Record<string, string | null>): Promise<void> {
  expect((await room.patch("services", name, { metadata: { annotations } })).status).toBe(200);
}

import { describe, expect, test } from "vitest";
import { listOf, textOf } from "../../base/open-record.ts";
import { answeredBy, podAddresses, resolved, serveEverywhere, serveIn } from "./mesh-place.ts";
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
      const [first, second] = places;
      if (second === undefined || first === undefined) return skip(noMesh);
      await serveEverywhere(places, "global");
      await publish(places, "global", { [global]: "true" });
      const all = places.map(({ cluster }) => cluster);
      for (const place of places) await answeredBy(place, "global", "global-service", all);
      await annotate(first, "global-service", { [shared]: "false" });
      await answeredBy(second, "global", "global-service", all.slice(1));
      await answeredBy(first, "global", "global-service", all);
    });

    test("is a cluster's own when only that cluster calls it global", async ({ skip }) => {
      const places = inPlaces();
      const [first, second] = places;
      if (second === undefined || first === undefined) return skip(noMesh);
      await serveEverywhere([first, second], "alone");
      await publish([first, second], "alone", { [global]: "true" });
      await answeredBy(first, "alone", "alone-service", [first.cluster, second.cluster]);
      await annotate(second, "alone-service", { [global]: null });
      await answeredBy(first, "alone", "alone-service", [first.cluster]);
      await answeredBy(second, "alone", "alone-service", [second.cluster]);
    });

    /** @see https://docs.cilium.io/en/stable/network/clustermesh/affinity/ */
    test("of local affinity leaves the cluster only when it has nobody there, of remote affinity the other way", async ({
      skip,
    }) => {
      const places = inPlaces().slice(0, 2);
      const [first, second] = places;
      if (second === undefined || first === undefined) return skip(noMesh);
      await serveEverywhere(places, "near");
      await serveIn(first.room, first.cluster, "near-asker");
      await publish(places, "near", { [global]: "true" });
      await answeredBy(first, "near-asker", "near-service", [first.cluster, second.cluster]);
      await annotate(first, "near-service", { [affinity]: "remote" });
      await answeredBy(first, "near-asker", "near-service", [second.cluster]);
      await annotate(first, "near-service", { [affinity]: "local" });
      await answeredBy(first, "near-asker", "near-service", [first.cluster]);
      await answeredBy(second, "near", "near-service", [first.cluster, second.cluster]);
      await first.room.remove("pods", "near");
      await settle("the end of the pod", () => first.room.get("pods", "near"), isGone);
      await answeredBy(first, "near-asker", "near-service", [second.cluster]);
      await serveIn(first.room, first.cluster, "near");
      await answeredBy(first, "near-asker", "near-service", [first.cluster]);
    });

    /** @see https://docs.cilium.io/en/stable/network/clustermesh/services/#synchronizing-kubernetes-endpointslice-beta */
    test("without an address names the pods of all clusters", async ({ skip }) => {
      const places = inPlaces().slice(0, 2);
      const [first, second] = places;
      if (second === undefined || first === undefined) return skip(noMesh);
      if (first.config["clustermesh-enable-endpoint-sync"] !== "true") {
        return skip("endpoint slices of other clusters are not synchronised");
      }
      await serveEverywhere(places, "headless");
      await publish(places, "headless", { [global]: "true" }, { clusterIP: "None" });
      const addresses = await podAddresses(places, "headless");
      const name = `headless-service.${first.room.namespace}.svc.cluster.local`;
      const isAll = (found: string[]) => found.join() === addresses.join();
      // A name that was not there is remembered as such for up to half a minute.
      await settle("all addresses", () => resolved(first, "headless", name), isAll, 60_000);
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

const noMesh = "the clusters are not members of one Cilium ClusterMesh, or there is only one";
const managedBy = "endpointslice.kubernetes.io/managed-by";

/** Makes the Service `NAME-service` of the pods `NAME` in each place; by its own name a pod would find itself. */
async function publish(
  places: readonly MeshPlace[],
  app: string,
  annotations: Record<string, string>,
  spec: Record<string, unknown> = {},
): Promise<void> {
  const fields = { metadata: { annotations }, spec: { ports, selector: { app }, ...spec } };
  await Promise.all(places.map(({ room }) => room.create("services", `${app}-service`, fields)));
}

async function annotate({ room }: MeshPlace, name: string, annotations: Record<string, string | null>): Promise<void> {
  expect((await room.patch("services", name, { metadata: { annotations } })).status).toBe(200);
}

import { describe, expect, test } from "vitest";
import type { TestContext } from "vitest";
import { fieldOf, listOf, textOf } from "../../base/open-record.ts";
import { answersOf, firstTwo, forgottenWithinMs, podAddresses, resolved, serveEverywhere } from "./mesh-place.ts";
import type { MeshPlace } from "./mesh-place.ts";
import { condition } from "./pods.ts";
import { isGone } from "./room.ts";
import { settle } from "./settle.ts";
import type { Answer } from "./wire.ts";

const http = { name: "http", port: 80, targetPort: 8080 };

/**
 * Services that clusters have together by ServiceExports.
 *
 * @see https://github.com/kubernetes/enhancements/tree/master/keps/sig-multicluster/1645-multi-cluster-services-api
 * @see https://docs.cilium.io/en/stable/network/clustermesh/mcsapi/
 */
export function meshExportsContract(inPlaces: () => MeshPlace[]): void {
  describe("an exported Service", () => {
    test("is one Service of all clusters that export it, until they take that back", async ({ skip }) => {
      const [first, second] = exportingPlaces(inPlaces(), skip);
      const places = [first, second];
      await serveEverywhere(places, "exported");
      await Promise.all(places.map((place) => publish(place, "exported", { ports: [http] })));
      const both = places.map(({ cluster }) => cluster).toSorted();
      for (const place of places) {
        const found = await imported(place, "exported", both);
        expect(found).toMatchObject({ spec: { type: "ClusterSetIP", ports: [{ name: "http", port: 80 }] } });
        expect(await conditions(place, "exported")).toEqual({ Valid: "True", Ready: "True", Conflict: "False" });
        expect(await answersOf(place, "exported", addressOf(found), both)).toEqual(both);
      }
      await second.room.remove("serviceexports", "exported-service");
      for (const place of places) {
        const found = await imported(place, "exported", [first.cluster]);
        expect(await answersOf(place, "exported", addressOf(found), [first.cluster])).toEqual([first.cluster]);
      }
      await first.room.remove("serviceexports", "exported-service");
      for (const { room } of places) {
        await settle("the end of the import", () => room.get("serviceimports", "exported-service"), isGone);
      }
    });

    test("has a name in all clusters, while it is exported", async ({ skip }) => {
      const [first, second] = exportingPlaces(inPlaces(), skip);
      if (!(await hasNames(second))) return skip("CoreDNS is not configured for names of imported Services");
      await serveEverywhere([first, second], "named");
      await publish(first, "named", { ports: [http] });
      await imported(second, "named", [first.cluster]);
      const name = setName(second, "named");
      expect(await answersOf(second, "named", name, [first.cluster])).toEqual([first.cluster]);
      await first.room.remove("serviceexports", "named-service");
      const look = () => resolved(second, "named", name);
      await settle("the end of its name", look, ([found]) => found === "ENOTFOUND", forgottenWithinMs);
    });

    test("without an address has those of all its pods", async ({ skip }) => {
      const [first, second] = exportingPlaces(inPlaces(), skip);
      const places = [first, second];
      if (first.config["clustermesh-enable-endpoint-sync"] !== "true") {
        return skip("endpoint slices of other clusters are not synchronised");
      }
      if (!(await hasNames(first))) return skip("CoreDNS is not configured for names of imported Services");
      await serveEverywhere(places, "headless-export");
      await Promise.all(places.map((place) => publish(place, "headless-export", { ports: [http], clusterIP: "None" })));
      const found = await imported(first, "headless-export", places.map(({ cluster }) => cluster).toSorted());
      expect(textOf(found, "spec", "type")).toBe("Headless");
      const wanted = await podAddresses(places, "headless-export");
      const look = () => resolved(first, "headless-export", setName(first, "headless-export"));
      const isAll = (addresses: string[]) => addresses.join() === wanted.join();
      await settle("all addresses", look, isAll, forgottenWithinMs);
      const [address = ""] = await podAddresses([second], "headless-export");
      const label = address.replaceAll(".", "-");
      const ofPod = `${label}.${second.cluster}.${setName(first, "headless-export")}`;
      expect(await resolved(first, "headless-export", ofPod)).toEqual([address]);
      const ofCluster = `${second.cluster}.${setName(first, "headless-export")}`;
      expect(await resolved(first, "headless-export", ofCluster)).toEqual(["ENOTFOUND"]);
    });

    test("says so where clusters export different ports, and no longer when they agree", async ({ skip }) => {
      const [first, second] = exportingPlaces(inPlaces(), skip);
      await publish(first, "disputed", { ports: [http] });
      await imported(first, "disputed", [first.cluster]);
      await publish(second, "disputed", { ports: [{ ...http, port: 8080 }] });
      const read = (place: MeshPlace) => () => place.room.get("serviceexports", "disputed-service");
      const conflict = ({ body }: Answer) => condition(body, "Conflict");
      for (const place of [first, second]) {
        const answer = await settle("a conflict", read(place), isTrue(conflict));
        expect(conflict(answer)).toMatchObject({ reason: "PortConflict" });
      }
      await second.room.remove("serviceexports", "disputed-service");
      await settle("agreement", read(first), (answer) => textOf(conflict(answer), "status") === "False");
    });

    test("has to be there", async ({ skip }) => {
      const [{ room }] = exportingPlaces(inPlaces(), skip);
      await room.create("serviceexports", "nothing");
      const read = () => room.get("serviceexports", "nothing");
      const isTold = ({ body }: Answer) => textOf(condition(body, "Valid"), "status") === "False";
      const { body } = await settle("a refusal", read, isTold);
      expect(condition(body, "Valid")).toMatchObject({ reason: "NoService" });
      expect((await room.get("serviceimports", "nothing")).status).toBe(404);
    });
  });
}

function exportingPlaces(places: readonly MeshPlace[], skip: TestContext["skip"]): [MeshPlace, MeshPlace] {
  const both = firstTwo(places, skip);
  if (both.some(({ config }) => config["clustermesh-enable-mcs-api"] !== "true")) {
    return skip("the mesh does not serve the Multi-Cluster Services API");
  }
  return both;
}

/** Makes the Service `NAME-service` of the pods `NAME`, and exports it. */
async function publish({ room }: MeshPlace, app: string, spec: Record<string, unknown>): Promise<void> {
  await room.create("services", `${app}-service`, { spec: { selector: { app }, ...spec } });
  await room.create("serviceexports", `${app}-service`);
}

/** Waits until a Service is imported from these clusters, and ready where that is told. */
async function imported({ room }: MeshPlace, app: string, clusters: string[]): Promise<unknown> {
  const isSettled = ({ body }: Answer) => {
    const from = listOf(body, "status", "clusters").map((entry) => textOf(entry, "cluster") ?? "");
    const isComplete = textOf(body, "spec", "type") === "Headless" || listOf(body, "spec", "ips").length > 0;
    return isComplete && from.toSorted().join() === clusters.join();
  };
  const read = () => room.get("serviceimports", `${app}-service`);
  return (await settle(`an import from ${clusters.join()}`, read, isSettled)).body;
}

/** The first address, as a URL has it. */
function addressOf(found: unknown): string {
  const [address] = listOf(found, "spec", "ips");
  return typeof address === "string" && address.includes(":") ? `[${address}]` : String(address);
}

async function conditions({ room }: MeshPlace, app: string): Promise<Record<string, unknown>> {
  const { body } = await room.get("serviceexports", `${app}-service`);
  const entries = listOf(body, "status", "conditions").map((entry) => [
    fieldOf(entry, "type"),
    fieldOf(entry, "status"),
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function isTrue(read: (answer: Answer) => unknown): (answer: Answer) => boolean {
  return (answer) => textOf(read(answer), "status") === "True";
}

async function hasNames({ room }: MeshPlace): Promise<boolean> {
  const { body } = await room.wire.request("GET", "/api/v1/namespaces/kube-system/configmaps/coredns");
  return /^\s*multicluster\s/m.test(textOf(body, "data", "Corefile") ?? "");
}

function setName({ room }: MeshPlace, app: string): string {
  return `${app}-service.${room.namespace}.svc.clusterset.local`;
}

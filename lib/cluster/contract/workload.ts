import { describe, expect, test } from "vitest";
import { fieldOf, listOf, textOf } from "../../base/open-record.ts";
import { condition, idleTemplate, isReady, nameOf } from "./pods.ts";
import type { Room } from "./room.ts";
import { settle } from "./settle.ts";

/** Deployments and DaemonSets. @see https://kubernetes.io/docs/concepts/workloads/controllers/ */
export function workloadContract(inRoom: () => Room): void {
  const pods = (app: string) => inRoom().list("pods", `app=${app}`);
  const readyPods = (app: string, count: number) =>
    settle(
      `${count} ready pods of ${app}`,
      () => pods(app),
      (found) => found.length === count && found.every(isReady),
    );
  const deploy = (app: string, replicas: number) =>
    inRoom().create("deployments", app, {
      spec: { replicas, selector: { matchLabels: { app } }, template: idleTemplate(app) },
    });
  const controllerOf = (object: unknown) => listOf(object, "metadata", "ownerReferences")[0];
  const uidOf = (object: unknown) => textOf(object, "metadata", "uid");
  const replicasetsOf = async (owner: unknown, app: string) =>
    (await inRoom().list("replicasets", `app=${app}`)).filter(
      (set) => fieldOf(controllerOf(set), "uid") === uidOf(owner),
    );

  describe("a Deployment", () => {
    test("owns a ReplicaSet, which owns pods that become ready", async () => {
      const deployment = await deploy("work-chain", 2);
      const found = await readyPods("work-chain", 2);
      const [set, ...others] = await replicasetsOf(deployment, "work-chain");
      expect(others).toEqual([]);
      expect(nameOf(set)).toMatch(/^work-chain-[a-z0-9]+$/);
      expect(controllerOf(set)).toEqual({
        apiVersion: "apps/v1",
        kind: "Deployment",
        name: "work-chain",
        uid: uidOf(deployment),
        controller: true,
        blockOwnerDeletion: true,
      });
      for (const pod of found) {
        expect(nameOf(pod)).toMatch(new RegExp(`^${nameOf(set)}-[a-z0-9]{5}$`));
        expect(controllerOf(pod)).toMatchObject({
          apiVersion: "apps/v1",
          kind: "ReplicaSet",
          uid: uidOf(set),
          controller: true,
        });
        expect(pod).toHaveProperty(
          ["metadata", "labels", "pod-template-hash"],
          nameOf(set).slice("work-chain-".length),
        );
      }
      const read = () => inRoom().get("deployments", "work-chain");
      const isComplete = ({ body }: { body: unknown }) => fieldOf(body, "status", "availableReplicas") === 2;
      const { body } = await settle("the Deployment's status", read, isComplete);
      expect(body).toMatchObject({
        status: { replicas: 2, readyReplicas: 2, updatedReplicas: 2, observedGeneration: expect.any(Number) },
      });
      expect(condition(body, "Available")).toMatchObject({ status: "True", reason: "MinimumReplicasAvailable" });
    });

    test("replaces a pod that was deleted", async () => {
      await deploy("work-replace", 1);
      const [old] = await readyPods("work-replace", 1);
      await inRoom().remove("pods", nameOf(old));
      const isNew = (found: unknown[]) => found.length === 1 && isReady(found[0]) && uidOf(found[0]) !== uidOf(old);
      const [fresh] = await settle("another pod", () => pods("work-replace"), isNew);
      expect(controllerOf(fresh)).toEqual(controllerOf(old));
    });

    test("is scaled through its scale subresource", async () => {
      const room = inRoom();
      await deploy("work-scale", 1);
      await readyPods("work-scale", 1);
      const scaled = await room.patch("deployments", "work-scale", { spec: { replicas: 2 } }, "/scale");
      expect(scaled).toMatchObject({
        status: 200,
        body: { kind: "Scale", apiVersion: "autoscaling/v1", spec: { replicas: 2 } },
      });
      await readyPods("work-scale", 2);
      await room.patch("deployments", "work-scale", { spec: { replicas: 0 } });
      await settle(
        "no pods",
        () => pods("work-scale"),
        (found) => found.length === 0,
      );
      const { body } = await room.wire.request("GET", room.path("deployments", "work-scale", "/scale"));
      expect(body).toMatchObject({ spec: { replicas: 0 }, status: { selector: "app=work-scale" } });
    });

    test("with a new template moves its pods to a new ReplicaSet", async () => {
      const room = inRoom();
      const deployment = await deploy("work-roll", 1);
      const [old] = await readyPods("work-roll", 1);
      const annotations = { "meshgate.dev/edition": "second" };
      await room.patch("deployments", "work-roll", { spec: { template: { metadata: { annotations } } } });
      const isNew = (found: unknown[]) => found.length === 1 && isReady(found[0]) && uidOf(found[0]) !== uidOf(old);
      const [fresh] = await settle("a pod of the new template", () => pods("work-roll"), isNew);
      expect(fresh).toMatchObject({ metadata: { annotations } });
      const sets = await replicasetsOf(deployment, "work-roll");
      const sizes = sets.map((set) => [
        fieldOf(set, "metadata", "uid") === fieldOf(controllerOf(fresh), "uid"),
        fieldOf(set, "spec", "replicas"),
      ]);
      expect(sizes).toHaveLength(2);
      expect(sizes).toEqual(
        expect.arrayContaining([
          [true, 1],
          [false, 0],
        ]),
      );
    });

    test("takes everything with it when it is deleted", async () => {
      const room = inRoom();
      await deploy("work-delete", 1);
      await readyPods("work-delete", 1);
      expect((await room.remove("deployments", "work-delete")).status).toBe(200);
      const left = async () => [...(await room.list("replicasets", "app=work-delete")), ...(await pods("work-delete"))];
      expect(await settle("nothing to be left", left, (found) => found.length === 0)).toEqual([]);
    });
  });

  test("a DaemonSet runs one pod on each node whose taints it tolerates", async () => {
    const room = inRoom();
    const app = "work-daemon";
    const { body } = await room.wire.request("GET", "/api/v1/nodes");
    const nodes = listOf(body, "items").filter(isOpenToDaemons).map(nameOf).toSorted();
    expect(nodes.length).toBeGreaterThan(0);
    await room.create("daemonsets", app, { spec: { selector: { matchLabels: { app } }, template: idleTemplate(app) } });
    const found = await readyPods(app, nodes.length);
    expect(found.map((pod) => textOf(pod, "spec", "nodeName") ?? "").toSorted()).toEqual(nodes);
    const read = () => room.get("daemonsets", app);
    const counted = await settle(
      "the status",
      read,
      (answer) => fieldOf(answer.body, "status", "numberReady") === nodes.length,
    );
    expect(counted.body).toMatchObject({
      status: { desiredNumberScheduled: nodes.length, currentNumberScheduled: nodes.length },
    });
    expect(controllerOf(found[0])).toMatchObject({
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      name: app,
      controller: true,
    });
  });
}

/** The controller itself tolerates the taints that Kubernetes sets on nodes in trouble. */
function isOpenToDaemons(node: unknown): boolean {
  return listOf(node, "spec", "taints").every(
    (taint) =>
      fieldOf(taint, "effect") === "PreferNoSchedule" ||
      textOf(taint, "key")?.startsWith("node.kubernetes.io/") === true,
  );
}

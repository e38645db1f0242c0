import { describe, expect, test } from "vitest";
import { fieldOf } from "../../base/open-record.ts";
import { condition, shellPod } from "./pods.ts";
import { isFound, isGone } from "./room.ts";
import type { Room } from "./room.ts";
import { settle } from "./settle.ts";

/** The life of a namespace. @see https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/ */
export function namespaceContract(inRoom: () => Room): void {
  describe("a namespace", () => {
    test("is active, labelled with its name and held by a finalizer", async () => {
      const { wire, namespace } = inRoom();
      expect((await wire.request("GET", `/api/v1/namespaces/${namespace}`)).body).toMatchObject({
        kind: "Namespace",
        metadata: { labels: { "kubernetes.io/metadata.name": namespace } },
        spec: { finalizers: ["kubernetes"] },
        status: { phase: "Active" },
      });
    });

    test("gets a service account and the authority of the API server", async () => {
      const room = inRoom();
      const authority = await settle("kube-root-ca.crt", () => room.get("configmaps", "kube-root-ca.crt"), isFound);
      expect(fieldOf(authority.body, "data", "ca.crt")).toMatch(/^-----BEGIN CERTIFICATE-----/);
      expect((await room.get("serviceaccounts", "default")).status).toBe(200);
    });

    test("that goes takes nothing new, tells what holds it up, and leaves nothing behind", async () => {
      const room = await inRoom().another();
      const read = () => room.wire.request("GET", `/api/v1/namespaces/${room.namespace}`);
      await room.create("configmaps", "held", { metadata: { finalizers: ["meshgate.dev/hold"] } });
      await room.create("pods", "one", shellPod("sleep 3600"));
      try {
        const deleted = await room.wire.request("DELETE", `/api/v1/namespaces/${room.namespace}`);
        expect(deleted).toMatchObject({
          status: 200,
          body: { metadata: { deletionTimestamp: expect.stringMatching(/^\d{4}-/) }, status: { phase: "Terminating" } },
        });
        const late = await room.wire.request("POST", room.path("configmaps"), {
          body: room.object("configmaps", "late"),
        });
        expect(late).toMatchObject({
          status: 403,
          body: {
            reason: "Forbidden",
            message: `configmaps "late" is forbidden: unable to create new content in namespace ${room.namespace} because it is being terminated`,
            details: {
              name: "late",
              kind: "configmaps",
              causes: [
                {
                  reason: "NamespaceTerminating",
                  message: `namespace ${room.namespace} is being terminated`,
                  field: "metadata.namespace",
                },
              ],
            },
          },
        });
        const isHeldUp = (body: unknown) =>
          fieldOf(condition(body, "NamespaceFinalizersRemaining"), "status") === "True";
        const stuck = await settle("the finalizer to be told", read, ({ body }) => isHeldUp(body));
        expect(condition(stuck.body, "NamespaceFinalizersRemaining")).toMatchObject({
          reason: "SomeFinalizersRemain",
          message: expect.stringContaining("meshgate.dev/hold in 1 resource instances"),
        });
        expect(condition(stuck.body, "NamespaceContentRemaining")).toMatchObject({
          status: "True",
          reason: "SomeResourcesRemain",
        });
        await settle("the pod to go", () => room.get("pods", "one"), isGone);
      } finally {
        await room.patch("configmaps", "held", { metadata: { finalizers: null } });
      }
      await settle("the namespace to go", read, isGone);
      expect((await room.get("configmaps", "held")).status).toBe(404);
    });
  });
}

import { describe, expect, test } from "vitest";
import { fieldOf, textOf } from "../../base/open-record.ts";
import { image } from "./room.ts";
import type { Fields, Room } from "./room.ts";
import { shellPod } from "./pods.ts";
import { settle } from "./settle.ts";

const dryRun = "?dryRun=All";

/** What is refused by the rules of a namespace. */
export function admissionContract(inRoom: () => Room): void {
  describe("admission", () => {
    const create = (room: Room, name: string, fields: Fields, query = "") =>
      room.wire.request("POST", room.path("pods", undefined, query), { body: room.object("pods", name, fields) });

    /** @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */
    test("a namespace that enforces the restricted standard takes only pods that keep to it", async () => {
      const room = await inRoom().another({ "pod-security.kubernetes.io/enforce": "restricted" });
      const refused = await create(room, "careless", shellPod("sleep 1"));
      expect(refused).toMatchObject({
        status: 403,
        body: { kind: "Status", reason: "Forbidden", details: { name: "careless", kind: "pods" } },
      });
      const message = textOf(refused.body, "message") ?? "";
      expect(message).toMatch(/^pods "careless" is forbidden: violates PodSecurity "restricted:latest": /);
      expect(message).toContain(
        'allowPrivilegeEscalation != false (container "main" must set securityContext.allowPrivilegeEscalation=false)',
      );
      for (const word of ["unrestricted capabilities", "runAsNonRoot != true", "seccompProfile"])
        expect(message).toContain(word);
      const careful = {
        spec: {
          securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              name: "main",
              image,
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            },
          ],
        },
      };
      expect((await create(room, "careful", careful, dryRun)).status).toBe(201);
    });

    test("the baseline standard forbids the host's network but not a plain pod", async () => {
      const room = await inRoom().another({ "pod-security.kubernetes.io/enforce": "baseline" });
      expect((await create(room, "plain", shellPod("sleep 1"), dryRun)).status).toBe(201);
      const refused = await create(room, "on-host", shellPod("sleep 1", { hostNetwork: true }), dryRun);
      expect(refused).toMatchObject({ status: 403, body: { message: expect.stringContaining("hostNetwork=true") } });
    });

    /** @see https://kubernetes.io/docs/concepts/policy/resource-quotas/ */
    test("a quota counts and refuses what goes beyond it", async () => {
      const room = await inRoom().another();
      await room.create("resourcequotas", "few", { spec: { hard: { pods: "0", "count/configmaps": "100" } } });
      const isCounted = ({ body }: { body: unknown }) => fieldOf(body, "status", "used", "pods") === "0";
      await settle("the quota to be counted", () => room.get("resourcequotas", "few"), isCounted);
      expect(await create(room, "excess", shellPod("sleep 1"))).toMatchObject({
        status: 403,
        body: {
          reason: "Forbidden",
          message: 'pods "excess" is forbidden: exceeded quota: few, requested: pods=1, used: pods=0, limited: pods=0',
        },
      });
    });
  });
}

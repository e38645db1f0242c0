import { beforeAll, describe, expect, test } from "vitest";
import { fieldOf, listOf, textOf } from "../../base/open-record.ts";
import { shell } from "./channels.ts";
import { isReady, readyPod } from "./pods.ts";
import type { Room } from "./room.ts";

const controlPlane = "node-role.kubernetes.io/control-plane";

/**
 * What ports of a cluster's own machinery say to a pod that has no credentials, as kubeadm sets it up.
 * @see https://kubernetes.io/docs/reference/networking/ports-and-protocols/
 */
export function portsContract(inRoom: () => Room): void {
  describe("to a pod without credentials", () => {
    beforeAll(() => readyPod(inRoom(), "ports"));

    test("the API server demands some", async () => {
      expect(await statusOf(inRoom(), "https://kubernetes.default.svc/api/v1/nodes")).toMatch(/^(401|403)$/);
    });

    test("every kubelet demands some, at its node's address", async () => {
      for (const { address } of await readyNodes(inRoom())) {
        expect(await statusOf(inRoom(), `https://${address}:10250/pods`)).toMatch(/^(401|403)$/);
      }
    });

    test.for([10_257, 10_259, 2379, 2380])("port %i of the control plane gives no answer", async (port, { skip }) => {
      const nodes = (await readyNodes(inRoom())).filter(({ labels }) => controlPlane in labels);
      if (nodes.length === 0) return skip("the cluster shows no node of its control plane");
      for (const { address } of nodes)
        expect(await statusOf(inRoom(), `https://${address}:${port}/`)).not.toMatch(/^\d/);
    });
  });
}

/** The status of an HTTPS answer, or an error's code. */
async function statusOf(room: Room, url: string): Promise<string> {
  const script = `require("https").get("${url}",{rejectUnauthorized:false,timeout:2000},(r)=>{console.log(r.statusCode);process.exit()}).on("timeout",()=>{console.log("timeout");process.exit()}).on("error",(e)=>console.log(e.code))`;
  return (await shell(room, "ports", `node -e '${script}'`)).stdout.trim();
}

async function readyNodes(room: Room): Promise<{ address: string | undefined; labels: object }[]> {
  const { body } = await room.wire.request("GET", "/api/v1/nodes");
  return listOf(body, "items")
    .filter(isReady)
    .map((node) => ({
      address: textOf(
        listOf(node, "status", "addresses").find((entry) => fieldOf(entry, "type") === "InternalIP"),
        "address",
      ),
      labels: Object(fieldOf(node, "metadata", "labels") ?? {}),
    }));
}

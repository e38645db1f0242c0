import { describe, expect, test } from "vitest";
import { readyPod, shellPod } from "./pods.ts";
import type { Room } from "./room.ts";

const server = `node -e 'require("net").createServer((s)=>s.once("data",(d)=>s.end("you said "+d))).listen(8080)'`;

/** Port-forward. @see https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/#-strong-proxy-operations-pod-v1-core-strong- */
export function forwardContract(inRoom: () => Room): void {
  describe("port-forward", () => {
    test("carries data both ways on two channels, each of which begins with the port", async () => {
      const room = inRoom();
      const readinessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 };
      await readyPod(room, "forward-host", shellPod(server, {}, { readinessProbe }));
      const path = room.path("pods", "forward-host", "/portforward?ports=8080");
      const { code, frames } = await room.wire.channels(path, "v4.channel.k8s.io", (websocket) => {
        websocket.send(Buffer.from("\0hello"));
      });
      const said = (channel: number) =>
        Buffer.concat(frames.filter(([first]) => first === channel).map((frame) => frame.subarray(1)));
      expect(said(0).toString("latin1")).toBe("\u0090\u001fyou said hello");
      expect(said(1).toString("hex")).toBe("901f");
      expect(code).toBe(1000);
    });

    test("tells on the error channel that nobody listens", async () => {
      const room = inRoom();
      await readyPod(room, "forward-deaf");
      const { frames } = await room.wire.channels(
        room.path("pods", "forward-deaf", "/portforward?ports=8081"),
        "v4.channel.k8s.io",
      );
      const errors = frames.filter(([channel]) => channel === 1).map((frame) => frame.toString("latin1", 1));
      expect(errors.join("").slice(0, 2)).toBe("\u0091\u001f");
      expect(errors.join("").slice(2)).toMatch(/^error forwarding port 8081 to pod .*refused/s);
    });
  });
}

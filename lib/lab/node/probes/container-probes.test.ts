import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  isReady,
  type KubeletScene,
  openKubeletScene,
  phaseIs,
  possibleRights,
  readiness,
  serve,
} from "../kubelet-scene.ts";

describe.each(possibleRights)("with the rights of %s", (right) => {
  let scene: KubeletScene;
  beforeAll(async () => {
    scene = await openKubeletScene(right);
  });
  afterAll(() => scene.close());

  it("asks probes from the node, and kills what does not live", async () => {
    const livenessProbe = { ...readiness, initialDelaySeconds: 1, failureThreshold: 2 };
    const startupProbe = { exec: { command: ["test", "-e", "/tmp/up"] }, periodSeconds: 1, failureThreshold: 30 };
    await scene.pod("sick", { containers: [{ ...serve, readinessProbe: readiness, livenessProbe }] });
    await scene.pod("starting", {
      containers: [{ ...serve, startupProbe, readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }],
    });
    await scene.when("sick", isReady);
    await scene.call({ do: "dial", pod: "sick", port: 8080, send: "GET /sicken HTTP/1.0\r\n\r\n" });
    expect(await scene.told("sick", "Unhealthy")).toMatchObject({
      type: "Warning",
      message: expect.stringMatching(/^(Readiness|Liveness) probe failed: HTTP probe failed with statuscode: 500$/),
    });
    expect(await scene.told("sick", "Killing")).toMatchObject({
      message: "Container c failed liveness probe, will be restarted",
    });
    const again = await scene.when(
      "sick",
      (pod) => isReady(pod) && pod["status"].containerStatuses[0].restartCount === 1,
    );
    expect(again["status"].containerStatuses[0]).toMatchObject({ started: true, ready: true });

    const starting = await scene.when("starting", phaseIs("Running"));
    expect(starting["status"].containerStatuses[0]).toMatchObject({ started: false, ready: false });
    await scene.exec("starting", ["touch", "/tmp/up"]);
    await scene.when("starting", isReady);
  });
});

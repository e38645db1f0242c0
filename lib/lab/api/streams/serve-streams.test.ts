import { once } from "node:events";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { startFakePodServer } from "./fake-pod-server.ts";
import { dialSpdy } from "./spdy-client.ts";

test("closing drops every connection and ends the input of the commands behind them", async () => {
  const server = await startFakePodServer();
  const path = `127.0.0.1:${server.port}/api/v1/namespaces/default/pods/echo/exec?stdin=true&stdout=true&command=cat`;
  const websocket = new WebSocket(`wss://${path}`, "v5.channel.k8s.io", { agent: server.agent });
  await once(websocket, "open");
  const spdy = await dialSpdy(`https://${path}`, "v4.channel.k8s.io", server.agent);
  for (const streamtype of ["error", "stdin", "stdout"]) await spdy.open({ streamtype });
  const dropped = once(websocket, "close");
  await server.close();
  expect(await dropped).toEqual([1006, expect.anything()]);
  await spdy.closed;
  const ends = await Promise.all(server.processes.map((process) => process.exited));
  expect(ends).toEqual([{ code: 0 }, { code: 0 }]);
});

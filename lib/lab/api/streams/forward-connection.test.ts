import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { PassThrough, Readable, Writable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { forwardConnection } from "./forward-connection.ts";
import type { StreamRequest } from "./stream-request.ts";

test("a connection is over when a slow client, too, has all that the pod said", async () => {
  const pod = createServer((socket) => socket.end("goodbye"));
  await once(pod.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void pod.close());
  const connection = connect({ host: "127.0.0.1", port: (pod.address() as AddressInfo).port, allowHalfOpen: true });
  await once(connection, "connect");

  const seen: string[] = [];
  const slow = new Writable({
    async write(chunk: Buffer, _encoding, done) {
      await once(connection, "end");
      await nextTurn();
      seen.push(`the client has "${String(chunk)}"`);
      done();
    },
  });
  const failure = await forwardConnection(requestFor(connection), { port: 80, from: new PassThrough(), to: slow });
  seen.push("the connection is over");
  expect(failure).toBeUndefined();
  expect(seen).toEqual(['the client has "goodbye"', "the connection is over"]);
});

function requestFor(connection: ReturnType<typeof connect>): StreamRequest {
  return {
    request: {} as IncomingMessage,
    socket: connection,
    head: Buffer.alloc(0),
    subresource: "portforward",
    namespace: "default",
    pod: "echo",
    query: new URLSearchParams(),
    kubelet: {
      exec: () => expect.unreachable("nothing is run"),
      logs: () => Readable.from([]),
      dial: () => Promise.resolve(connection),
    },
  };
}

import { request } from "node:https";
import type { Agent } from "node:https";
import { Duplex } from "node:stream";

/**
 * Opens a WebSocket whose binary messages carry a stream of bytes, as kubectl's tunnel does. For tests.
 *
 * Written out by hand because the tunnel's subprotocol is no token, which WebSocket libraries refuse to ask for.
 */
export async function dialTunnel(url: string, subprotocol: string, agent: Agent): Promise<Duplex> {
  const key = Buffer.alloc(16, 7).toString("base64");
  const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
  const headers = { ...upgrade, "sec-websocket-key": key, "sec-websocket-protocol": subprotocol };
  const asked = request(url, { headers, agent }).end();
  return new Promise((resolve, reject) => {
    asked.once("error", reject);
    asked.once("response", (response) => reject(new Error(`refused with ${response.statusCode}`)));
    asked.once("upgrade", (response, socket, head) => {
      socket.unshift(head);
      const chosen = response.headers["sec-websocket-protocol"];
      if (chosen === subprotocol) resolve(tunnel(socket));
      else reject(new Error(`the server chose ${chosen}`));
    });
  });
}

function tunnel(socket: Duplex): Duplex {
  let pending: Buffer = Buffer.alloc(0);
  const stream = new Duplex({
    read() {},
    write: (chunk: Buffer, _encoding, done) => void socket.write(maskedMessage(chunk), done),
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  socket.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (let message = takeMessage(pending); message; message = takeMessage(pending)) {
      pending = message.rest;
      stream.push(message.body);
    }
  });
  socket.on("error", () => {}).once("close", () => stream.destroy());
  return stream;
}

/** One binary message with the masking key 0, which leaves the data as it is. */
function maskedMessage(data: Buffer): Buffer {
  const header = Buffer.alloc(14);
  header.writeUInt8(0x82, 0);
  header.writeUInt8(0xff, 1);
  header.writeBigUInt64BE(BigInt(data.length), 2);
  return Buffer.concat([header, data]);
}

function takeMessage(bytes: Buffer): { body: Buffer; rest: Buffer } | undefined {
  const [, short] = bytes;
  if (short === undefined) return undefined;
  const start = { 126: 4, 127: 10 }[short] ?? 2;
  if (bytes.length < start) return undefined;
  const length = short < 126 ? short : bytes.readUIntBE(start === 4 ? 2 : 4, start === 4 ? 2 : 6);
  if (bytes.length < start + length) return undefined;
  return { body: bytes.subarray(start, start + length), rest: bytes.subarray(start + length) };
}

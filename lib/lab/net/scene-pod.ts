import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type Socket, connect, createServer, isIPv6 } from "node:net";
import { hasIpv6 } from "../requirements.ts";
import type { Asked, Question } from "./scene-host.ts";

/** A pod of a test scene: answers on its ports, and asks what it is told to ask. */
const [, , name = "", portList = ""] = process.argv;
const ports = portList.split(",").filter(Boolean).map(Number);
/** Here a connection is not ended with the answer. */
const longPort = 7;
/** Silence is what some questions are about; on one machine an answer takes far less. */
const silenceMs = 700;

async function answer(port: number): Promise<void> {
  const server = createServer((socket) => {
    const reply = JSON.stringify({ by: name, saw: socket.remoteAddress?.replace(/^::ffff:/, "") });
    socket.on("error", () => socket.destroy());
    if (port === longPort) socket.on("data", () => socket.write(reply));
    else socket.end(reply);
  });
  const listening = [once(server.listen(port, hasIpv6() ? "::" : "0.0.0.0"), "listening")];
  for (const family of hasIpv6() ? ([4, 6] as const) : ([4] as const)) {
    const datagrams = createSocket({ type: `udp${family}`, ipv6Only: family === 6 }, (_, from) => {
      datagrams.send(JSON.stringify({ by: name, saw: from.address }), from.port, from.address);
    });
    listening.push(once(datagrams.bind(port), "listening"));
  }
  await Promise.all(listening);
}

async function ask(question: Question): Promise<Asked> {
  const silence = Promise.withResolvers<Asked>();
  // On a busy machine the answer may be there by now, only not read yet.
  const timer = setTimeout(
    () => setImmediate(() => silence.resolve({ error: "timeout" })),
    question.silentForMs ?? silenceMs,
  );
  const { asked, close } = question.kept
    ? askKept(question)
    : question.protocol === "tcp"
      ? askTcp(question)
      : askUdp(question);
  const result = await Promise.race([asked, silence.promise]);
  clearTimeout(timer);
  close();
  return result;
}

interface Asking {
  asked: Promise<Asked>;
  close(): void;
}

function askTcp({ address, port: to, sourcePort }: Question): Asking {
  const { promise, resolve } = Promise.withResolvers<Asked>();
  const socket = connect({ host: address, port: to, ...(sourcePort === undefined ? {} : { localPort: sourcePort }) });
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  socket.on("end", () => resolve(JSON.parse(text) as Asked));
  socket.on("error", (error: NodeJS.ErrnoException) => resolve({ error: error.code ?? error.message }));
  return { asked: promise, close: () => socket.destroy() };
}

const keptSockets = new Map<string, Socket>();

function askKept({ address, port: to }: Question): Asking {
  const { promise, resolve } = Promise.withResolvers<Asked>();
  const socket = keptSockets.get(`${address} ${to}`) ?? connect({ host: address, port: to });
  keptSockets.set(`${address} ${to}`, socket);
  socket.once("data", (reply) => resolve(JSON.parse(reply.toString()) as Asked));
  socket.once("error", (error: NodeJS.ErrnoException) => resolve({ error: error.code ?? error.message }));
  socket.write("?");
  return { asked: promise, close: () => {} };
}

function askUdp({ address, port: to, sourcePort = 0 }: Question): Asking {
  const { promise, resolve } = Promise.withResolvers<Asked>();
  const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
  socket.on("message", (message) => resolve(JSON.parse(message.toString()) as Asked));
  socket.on("error", (error: NodeJS.ErrnoException) => resolve({ error: error.code ?? error.message }));
  socket.bind(sourcePort, () => socket.connect(to, address, () => socket.send("?")));
  return { asked: promise, close: () => socket.close() };
}

process.on("message", ({ id, question }: { id: number; question: Question }) => {
  void ask(question).then((asked) => process.send?.({ id, asked }));
});
process.on("disconnect", () => process.exit());
await Promise.all(ports.map(answer));
process.send?.({ listening: true });

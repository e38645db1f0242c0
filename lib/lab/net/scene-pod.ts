import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Asked, Question } from "./scene-host.ts";

/** A pod of a test scene: answers on one port, and asks what it is told to ask. */
const [, , name = "", port = ""] = process.argv;
const patienceMs = 15_000;

async function answer(): Promise<void> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.end(JSON.stringify({ by: name, saw: socket.remoteAddress }));
  });
  const datagrams = createSocket("udp4", (_, from) => {
    datagrams.send(JSON.stringify({ by: name, saw: from.address }), from.port, from.address);
  });
  await Promise.all([
    once(server.listen(Number(port), "0.0.0.0"), "listening"),
    once(datagrams.bind(Number(port), "0.0.0.0"), "listening"),
  ]);
}

async function ask(question: Question): Promise<Asked> {
  const silence = Promise.withResolvers<Asked>();
  // What came while this process had to wait for its turn is heard before the verdict.
  const giveUp = () => setImmediate(() => silence.resolve({ error: "timeout" }));
  const timer = setTimeout(giveUp, question.silentForMs ?? patienceMs);
  const { asked, close } = question.protocol === "tcp" ? askTcp(question) : askUdp(question);
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

function askUdp({ address, port: to, sourcePort = 0 }: Question): Asking {
  const { promise, resolve } = Promise.withResolvers<Asked>();
  const socket = createSocket("udp4");
  socket.on("message", (message) => resolve(JSON.parse(message.toString()) as Asked));
  socket.on("error", (error: NodeJS.ErrnoException) => resolve({ error: error.code ?? error.message }));
  socket.bind(sourcePort, () => socket.connect(to, address, () => socket.send("?")));
  return { asked: promise, close: () => socket.close() };
}

process.on("message", ({ id, question }: { id: number; question: Question }) => {
  void ask(question).then((asked) => process.send?.({ id, asked }));
});
process.on("disconnect", () => process.exit());
if (port !== "") await answer();
process.send?.({ listening: true });

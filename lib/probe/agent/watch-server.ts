import { createSocket } from "node:dgram";
import { encodeFrame } from "../frame.ts";
import type { Lapse } from "../protocol.ts";
import { droppedDatagrams } from "./counters.ts";

/** Watches over the server in the same pod, and over this process itself. */
export interface ServerWatch {
  /** What happened since it was last asked; of a lapse that goes on, as far as it has come. By this node's clock. */
  takeLapses(): Lapse[];
  stop(): void;
}

const everyMs = 250;
const mostLapses = 200;

/**
 * Watches whether the server behind a UDP port of this pod gets to run: asks it over the loopback interface four times a second, so that
 * no fault of the network can be mistaken for one of the pod. A port at which nobody serves is no lapse; the kernel says so at once.
 *
 * A pause of up to `patienceMs`, default 500, is none either. Keeps no process alive.
 */
export function watchServer(port: number, { patienceMs = 500 } = {}): ServerWatch {
  const socket = createSocket("udp4");
  const lapses: Lapse[] = [];
  let lookedAt = Date.now();
  let waitingSince: number | undefined;
  let drops = droppedDatagrams(port);

  const note = (lapse: Lapse) => {
    lapses.push(lapse);
    lapses.splice(0, lapses.length - mostLapses);
  };
  const heard = () => {
    const now = Date.now();
    if (waitingSince !== undefined && now - waitingSince > patienceMs)
      note({ kind: "stalled", fromMs: waitingSince, toMs: now });
    waitingSince = undefined;
  };
  const look = () => {
    const now = Date.now();
    if (now - lookedAt > everyMs + patienceMs) note({ kind: "stalled", fromMs: lookedAt, toMs: now });
    const dropped = droppedDatagrams(port);
    if (dropped > drops) note({ kind: "overflowing", fromMs: lookedAt, toMs: now });
    drops = dropped;
    lookedAt = now;
  };
  const ask = () => {
    look();
    waitingSince ??= lookedAt;
    socket.send(question, () => undefined);
  };

  socket.on("message", heard);
  // Refused: the server has ended, which the API server tells.
  socket.on("error", () => (waitingSince = undefined));
  socket.unref();
  const timer = setInterval(ask, everyMs).unref();
  socket.connect(port, "127.0.0.1", ask);
  return {
    takeLapses() {
      look();
      const taken = lapses.splice(0);
      const goesOn = waitingSince !== undefined && lookedAt - waitingSince > patienceMs;
      return goesOn ? [...taken, { kind: "stalled", fromMs: waitingSince ?? lookedAt, toMs: lookedAt }] : taken;
    },
    stop() {
      clearInterval(timer);
      socket.close();
    },
  };
}

const question = encodeFrame({ nonce: "still there?" }, Buffer.alloc(0));

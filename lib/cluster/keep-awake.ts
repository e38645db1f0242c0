import type { WebSocket } from "ws";

const pingEveryMs = 10_000;
/** Four pings without a sign of life. */
const silenceLimitMs = 40_000;

/**
 * Pings a WebSocket every 10 s, so that load balancers on the way do not drop it as idle, and calls `onSilence` when a peer that
 * used to answer has been silent for 40 s. Returns the stop function. Keeps no process alive.
 *
 * A peer that never answers pings is left alone: some proxies swallow them.
 */
export function keepAwake(socket: WebSocket, onSilence: (reason: string) => void): () => void {
  let lastHeardMs = Date.now();
  let answersPings = false;
  socket.on("pong", () => {
    answersPings = true;
    lastHeardMs = Date.now();
  });
  socket.on("message", () => {
    lastHeardMs = Date.now();
  });
  const timer = setInterval(() => {
    if (socket.readyState !== socket.OPEN) return;
    if (answersPings && Date.now() - lastHeardMs > silenceLimitMs)
      onSilence(`the server was silent for ${silenceLimitMs / 1000} s`);
    // An error here is followed by a close.
    else socket.ping(undefined, undefined, () => undefined);
  }, pingEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}

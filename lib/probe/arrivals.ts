import { attempt, type ProbeOptions } from "./attempt.ts";
import { openDatagramChannel } from "./datagram-channel.ts";
import { agentPorts, type ArrivalsProbe, type Observation } from "./probe.ts";

const mostNonces = 64;

/** Asks the server of the own agent, at its port on the loopback interface, which of these questions it has seen. Never rejects. */
export function probeArrivals(
  request: ArrivalsProbe,
  options: ProbeOptions = {},
  port = Number(process.env["MESHGATE_UDP_PORT"] ?? agentPorts.udp),
): Promise<Observation> {
  return attempt(request.timeoutMs, options, (running) => {
    const look = async () => {
      const channel = await openDatagramChannel("127.0.0.1", port);
      running.release(channel.close);
      const [reply] = await channel.exchange(
        [{ head: { seen: request.nonces.slice(0, mostNonces) }, bytes: 0 }],
        request.timeoutMs,
      );
      const seen = reply?.head["seen"];
      if (!Array.isArray(seen)) return running.finish("wrong-answer", "the agent's server does not tell");
      running.seen.arrived = seen.filter((nonce) => typeof nonce === "string");
      return running.finish("answered");
    };
    look().catch((error: unknown) => running.fail(error));
  });
}

import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { bindBothFamilies } from "./bind.ts";
import type { Listening } from "./serving.ts";

/** Makes a TCP server listen on all addresses; port 0 takes a free one. Rejects with the system's error. */
export async function listen(server: Server, port: number): Promise<Listening> {
  await bindBothFamilies(async (host) => {
    server.listen({ host, port, backlog: 4096 });
    await once(server, "listening");
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

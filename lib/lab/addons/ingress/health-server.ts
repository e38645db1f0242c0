import { once } from "node:events";
import { createServer, type Server } from "node:http";

/** Opens a server whose `/healthz` answers 200, or 500 and the objection. Rejects when the port is taken; zero takes any free one. */
export async function openHealthServer(
  address: string,
  port: number,
  objection: () => string | undefined,
): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== "/healthz") {
      response.writeHead(404).end("404 page not found\n");
      return;
    }
    const why = objection();
    response.writeHead(why === undefined ? 200 : 500).end(why ?? "ok");
  });
  server.listen(port, address);
  await once(server, "listening");
  return server;
}

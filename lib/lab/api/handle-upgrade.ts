import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { ApiError } from "../model.ts";
import { authenticate } from "./identity/authenticate.ts";
import { isAllowed, refusal } from "./identity/authorize.ts";
import { attemptOf } from "./rest/attempt.ts";
import { chooseContainer } from "./rest/choose-container.ts";
import { requestTarget } from "./rest/request-target.ts";
import { liveObject } from "./rest/write.ts";
import type { ServerContext } from "./server.ts";
import { badRequest } from "./status-errors.ts";
import { refuse } from "./streams/refuse.ts";
import type { StreamRequest } from "./streams/stream-request.ts";

/** Hands an upgrade over to the streams when it is for a pod that runs somewhere and from a user who may; else refuses. Never throws. */
export function handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, context: ServerContext): void {
  const drop = () => socket.destroy();
  // Until the streams take over, a client that resets its connection is no reason to fall.
  socket.on("error", drop);
  try {
    context.streams.upgrade(streamRequest(request, socket, head, context));
  } catch (error) {
    refuse(socket, error);
  }
}

function streamRequest(request: IncomingMessage, socket: Duplex, head: Buffer, context: ServerContext): StreamRequest {
  const { credentials, kubelet, store } = context;
  const url = new URL(request.url ?? "/", "https://server");
  const user = authenticate(request, credentials, store);
  const target = requestTarget(url.pathname, store.registry);
  const attempt = attemptOf(request, url, target);
  if (!isAllowed(user, attempt, store)) throw refusal(user, attempt);
  const { subresource, namespace = "", name = "" } = target ?? {};
  if (!target || !isStreamed(subresource)) {
    throw new ApiError(404, "NotFound", "the server could not find the requested resource");
  }
  const pod = liveObject({ store, target });
  const query = url.searchParams;
  if (subresource !== "portforward") query.set("container", chooseContainer(pod, query.get("container")));
  if (!pod["spec"].nodeName) throw badRequest(`pod ${name} does not have a host assigned`);
  return { request, socket, head, subresource, namespace, pod: name, query, kubelet };
}

function isStreamed(subresource: string | undefined): subresource is StreamRequest["subresource"] {
  return subresource === "exec" || subresource === "attach" || subresource === "portforward";
}

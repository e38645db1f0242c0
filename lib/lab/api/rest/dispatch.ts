import { badRequest } from "../status-errors.ts";
import { watchObjects } from "../watch/watch.ts";
import { isSet } from "./call.ts";
import type { Call } from "./call.ts";
import { getObject, listObjects } from "./list.ts";
import { serveLog } from "./log.ts";
import { patchObject } from "./patch.ts";
import { bindPod, evictPod } from "./pod-actions.ts";
import { deleteCollection, deleteObject } from "./remove.ts";
import { serveScale } from "./scale.ts";
import { requestToken } from "./token.ts";
import { createObject, finalizeNamespace, methodNotAllowed, replaceObject } from "./write.ts";

type Handler = (call: Call) => void | Promise<void>;

const get: Handler = (call) => (isSet(call.query, "watch") ? watchObjects(call) : getObject(call));
const list: Handler = (call) => (isSet(call.query, "watch") ? watchObjects(call) : listObjects(call));
const upgradeOnly: Handler = () => {
  throw badRequest("Upgrade request required");
};

const ofCollection: Record<string, Handler> = { GET: list, POST: createObject, DELETE: deleteCollection };
const ofObject: Record<string, Handler> = { GET: get, PUT: replaceObject, PATCH: patchObject, DELETE: deleteObject };
const ofSubresource: Record<string, Record<string, Handler>> = {
  status: { GET: getObject, PUT: replaceObject, PATCH: patchObject },
  scale: { GET: serveScale, PUT: serveScale, PATCH: serveScale },
  finalize: { PUT: finalizeNamespace },
  log: { GET: serveLog },
  binding: { POST: bindPod },
  eviction: { POST: evictPod },
  token: { POST: requestToken },
  exec: { GET: upgradeOnly, POST: upgradeOnly },
  attach: { GET: upgradeOnly, POST: upgradeOnly },
  portforward: { GET: upgradeOnly, POST: upgradeOnly },
};

/** Does what a request for a resource asks. Throws 405 for a method that the resource does not have. */
export async function dispatch(call: Call): Promise<void> {
  const { request, response, target } = call;
  if (target.resource.plural === "endpoints" && target.resource.group === "") {
    response.setHeader(
      "warning",
      '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"',
    );
  }
  const handlers = target.subresource
    ? ofSubresource[target.subresource]
    : target.name === undefined
      ? ofCollection
      : ofObject;
  const handler = handlers?.[request.method ?? ""];
  if (!handler) throw methodNotAllowed();
  await handler(call);
}

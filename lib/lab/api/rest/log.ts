import { pipeline } from "node:stream";
import type { LogOptions } from "../../model.ts";
import { commonHeaders } from "./answer.ts";
import { isSet } from "./call.ts";
import type { Call } from "./call.ts";
import { chooseContainer } from "./choose-container.ts";
import { liveObject } from "./write.ts";

/** GET of pods/NAME/log: plain text, as it comes; nothing (204) from a pod without a node. */
export function serveLog(call: Call): void {
  const { closing, kubelet, query, response, target } = call;
  const pod = liveObject(call);
  const container = chooseContainer(pod, query.get("container"));
  if (!pod["spec"].nodeName) {
    response.writeHead(204, commonHeaders()).end();
    return;
  }
  const lines = kubelet.logs(target.namespace!, target.name!, container, logOptions(query));
  response.writeHead(200, { ...commonHeaders(), "content-type": "text/plain" });
  response.flushHeaders();
  const end = () => lines.destroy();
  closing.addEventListener("abort", end);
  // A log whose source fails or whose reader leaves ends early; there is nobody to tell.
  pipeline(lines, response, () => closing.removeEventListener("abort", end));
}

function logOptions(query: URLSearchParams): LogOptions {
  const count = (name: string) => (query.get(name) ? Number(query.get(name)) : undefined);
  const since = query.get("sinceTime");
  const sinceSeconds =
    count("sinceSeconds") ?? (since ? Math.ceil((Date.now() - Date.parse(since)) / 1000) : undefined);
  const tailLines = count("tailLines");
  const limitBytes = count("limitBytes");
  return {
    ...(isSet(query, "follow") && { follow: true }),
    ...(isSet(query, "previous") && { previous: true }),
    ...(isSet(query, "timestamps") && { timestamps: true }),
    ...(tailLines !== undefined && { tailLines }),
    ...(sinceSeconds !== undefined && { sinceSeconds }),
    ...(limitBytes !== undefined && { limitBytes }),
  };
}

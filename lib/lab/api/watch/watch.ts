import type { ServerResponse } from "node:http";
import type { KubeObject } from "../../model.ts";
import { apiVersionOf, resourceName } from "../registry/resource.ts";
import { acceptedForm } from "../rest/accepted-form.ts";
import { commonHeaders } from "../rest/answer.ts";
import { isSet } from "../rest/call.ts";
import type { Call } from "../rest/call.ts";
import { expired, matcher } from "../rest/list.ts";
import { partialForm } from "../rest/partial-form.ts";
import { servedForm } from "../rest/served-form.ts";
import { badRequest, statusBody } from "../status-errors.ts";
import { tableOf } from "../table/table.ts";
import type { Change } from "../storage.ts";
import { eventOf } from "./watch-events.ts";

const bookmarkIntervalMs = 60_000;
const longestMs = 3_600_000;

/**
 * Serves a watch: what exists (without a resourceVersion, or with 0) or what happened since one, then every change as it happens.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export function watchObjects(call: Call): void {
  const { query, response, store, target } = call;
  const table = target.resource.storedAs ?? resourceName(target.resource);
  const asked = Number(query.get("resourceVersion") || 0);
  if (Number.isNaN(asked)) throw badRequest(`invalid resource version: ${query.get("resourceVersion")}`);
  const matches = matcher(call);
  const write = lineWriter(call);
  const start = store.storage.revision();
  const past = asked > 0 ? store.storage.since(table, asked) : [];
  response.writeHead(200, { ...commonHeaders(), "content-type": "application/json" });
  response.flushHeaders();
  if (!past) {
    const error = expired(`too old resource version: ${asked} (${store.storage.oldest()})`);
    response.end(`${JSON.stringify({ type: "ERROR", object: statusBody(error) })}\n`);
    return;
  }
  const wantsInitial = query.get("sendInitialEvents");
  if (wantsInitial === null ? asked === 0 : isSet(query, "sendInitialEvents")) {
    for (const object of store.storage.list(table).filter(matches)) write("ADDED", object);
    if (isSet(query, "sendInitialEvents") && isSet(query, "allowWatchBookmarks")) {
      writeBookmark(call, start, { "k8s.io/initial-events-end": "true" });
    }
  } else for (const change of past) tell(change);
  const stopListening = store.storage.listen((change) => {
    if (change.resource === table && change.revision > Math.max(start, asked)) tell(change);
  });
  endInTime(call, stopListening);

  function tell(change: Change): void {
    const event = eventOf(change, matches);
    if (event) write(event.type, event.object);
  }
}

/** Ends the watch when its time is up, the client leaves or the server closes; gives bookmarks until then. */
function endInTime(call: Call, stopListening: () => void): void {
  const { closing, query, response, store } = call;
  const lifeMs = query.has("timeoutSeconds") ? Number(query.get("timeoutSeconds")) * 1000 : longestMs;
  const bookmark = () => writeBookmark(call, store.storage.revision());
  const withBookmarks = isSet(query, "allowWatchBookmarks");
  // A change that was still told after the end would cut the connection instead.
  const end = () => {
    stopListening();
    response.end();
  };
  const timers = [
    setTimeout(end, lifeMs),
    ...(withBookmarks ? [setInterval(bookmark, bookmarkIntervalMs)] : []),
    ...(withBookmarks && lifeMs > 4000 ? [setTimeout(bookmark, lifeMs - 2000)] : []),
  ];
  closing.addEventListener("abort", end);
  response.once("close", () => {
    stopListening();
    closing.removeEventListener("abort", end);
    for (const timer of timers) clearTimeout(timer);
  });
}

/** Writes events in the form that the client asked for; only the first table brings its columns. */
function lineWriter({ request, response, query, target }: Call): (type: string, object: KubeObject) => void {
  const { form } = acceptedForm(request.headers.accept);
  let lines = 0;
  return (type, stored) => {
    const served = servedForm(stored, target);
    lines += 1;
    writeLine(response, type, formOf(served, lines === 1));
  };

  function formOf(object: KubeObject, isFirst: boolean): object {
    if (form === "PartialObjectMetadata") return partialForm(object);
    if (form !== "Table") return object;
    const table = tableOf([object], target.resource, query, { resourceVersion: object.metadata.resourceVersion });
    return isFirst ? table : { ...table, columnDefinitions: null };
  }
}

function writeBookmark({ response, target }: Call, revision: number, annotations?: Record<string, string>): void {
  const { resource, version } = target;
  writeLine(response, "BOOKMARK", {
    kind: resource.kind,
    apiVersion: apiVersionOf(resource, version),
    metadata: { resourceVersion: `${revision}`, ...(annotations && { annotations }) },
  });
}

function writeLine(response: ServerResponse, type: string, object: object): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

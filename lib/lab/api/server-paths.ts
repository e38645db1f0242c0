import type { IncomingMessage, ServerResponse } from "node:http";
import { discover } from "./discovery/discovery.ts";
import { openApiDocument, openApiIndex, openApiV2, openApiV2Type } from "./discovery/openapi.ts";
import { answerJson, answerText, commonHeaders } from "./rest/answer.ts";
import type { ServerContext } from "./server.ts";

/** Answers what is no resource: discovery, health, version and OpenAPI; everything else is not found. */
export function answerPath(request: IncomingMessage, response: ServerResponse, url: URL, context: ServerContext): void {
  const path = url.pathname;
  const resources = context.store.registry.all();
  const found = discover(path, request.headers.accept ?? "", resources, context.address);
  const document = path.startsWith("/openapi/v3/")
    ? openApiDocument(path.slice("/openapi/v3/".length), resources)
    : undefined;
  if (found) answerJson(response, 200, found.body, found.type);
  else if (document) answerJson(response, 200, document);
  else if (/^\/version\/?$/.test(path)) answerJson(response, 200, versionInfo(context.version));
  else if (/^\/(healthz|livez|readyz)(\/|$)/.test(path)) answerText(response, 200, "ok");
  else if (path === "/openapi/v3") answerJson(response, 200, openApiIndex(resources));
  else if (path === "/openapi/v2") answerOpenApiV2(request, response);
  else answerText(response, 404, "404 page not found\n");
}

function answerOpenApiV2({ headers }: IncomingMessage, response: ServerResponse): void {
  if (!headers.accept?.includes("protobuf")) {
    const info = { title: "Kubernetes", version: "unversioned" };
    answerJson(response, 200, { swagger: "2.0", info, paths: {}, definitions: {} });
    return;
  }
  const body = openApiV2();
  response.writeHead(200, { ...commonHeaders(), "content-type": openApiV2Type, "content-length": body.length });
  response.end(body);
}

function versionInfo(gitVersion: string): object {
  const [major = "1", minor = "36"] = gitVersion.replace(/^v/, "").split(".");
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: `${Number(minor) - 1}`,
    gitVersion,
    gitCommit: "0000000",
    gitTreeState: "clean",
    buildDate: "1970-01-01T00:00:00Z",
    goVersion: "go1.26.10",
    compiler: "gc",
    platform: "linux/amd64",
  };
}

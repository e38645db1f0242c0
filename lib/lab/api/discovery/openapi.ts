import { apiVersionOf } from "../registry/resource.ts";
import type { Resource } from "../registry/resource.ts";

const info = { title: "Kubernetes", version: "v1.36.2" };

/** Gives the index of the OpenAPI v3 documents: one per group and version. */
export function openApiIndex(resources: Resource[]): object {
  const documents = new Set(
    resources.flatMap((resource) => resource.versions.map((version) => documentPath(resource, version))),
  );
  const paths = [...documents].map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}` }]);
  return { paths: Object.fromEntries(paths) };
}

/**
 * Gives one OpenAPI v3 document: which paths there are and which query parameters they take. There are no schemas in it, so that
 * clients check nothing against it themselves. Undefined when nothing is served at that path.
 */
export function openApiDocument(path: string, resources: Resource[]): object | undefined {
  const entries = resources.flatMap((resource) =>
    resource.versions
      .filter((version) => documentPath(resource, version) === path)
      .map((version) => [`/${path}/${scope(resource)}${resource.plural}/{name}`, operations(resource, version)]),
  );
  if (entries.length === 0) return undefined;
  return { openapi: "3.0.0", info, paths: Object.fromEntries(entries), components: { schemas: {} } };
}

/**
 * Gives an OpenAPI v2 document without paths and definitions as protocol buffers, for clients that insist on one before they send
 * anything: field 1 is "swagger", field 2 the info with title (1) and version (2), field 8 the paths.
 */
export function openApiV2(): Buffer {
  const version = Buffer.concat([field(1, info.title), field(2, info.version)]);
  return Buffer.concat([field(1, "2.0"), field(2, version), field(8, Buffer.alloc(0))]);
}

export const openApiV2Type = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

function documentPath(resource: Resource, version: string): string {
  return `${resource.group === "" ? "api" : "apis"}/${apiVersionOf(resource, version)}`;
}

function scope({ namespaced }: Resource): string {
  return namespaced ? "namespaces/{namespace}/" : "";
}

function operations({ group, kind }: Resource, version: string): object {
  const parameters = ["dryRun", "fieldManager", "fieldValidation", "force"].map((name) => ({ name, in: "query" }));
  const responses = { 200: { description: "OK" } };
  return { patch: { "x-kubernetes-group-version-kind": { group, version, kind }, parameters, responses } };
}

function field(number: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}

import type { IncomingMessage } from "node:http";
import { isRecord, textOf } from "../../../base/open-record.ts";
import { parse } from "yaml";
import { ApiError } from "../../model.ts";
import type { KubeObject } from "../../model.ts";
import { apiVersionOf } from "../registry/resource.ts";
import { badRequest } from "../status-errors.ts";
import { decodeObject, protobufType } from "../protobuf/decode.ts";
import type { RequestTarget } from "./request-target.ts";

const unknownFormat =
  "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, " +
  "application/vnd.kubernetes.protobuf";
const largestBytes = 3 * 1024 * 1024;

/** Reads the whole body of a request as text. Throws 413 when it is too large. */
export async function readText(request: IncomingMessage): Promise<string> {
  return (await readBytes(request)).toString("utf8");
}

/** Reads the object in the body of a request; undefined when there is no body. Throws 400 for what is none, 415 for other media types. */
export async function readObject(request: IncomingMessage): Promise<unknown> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return undefined;
  const type = mediaType(request);
  if (type !== protobufType) return parseObject(bytes.toString("utf8"), type);
  const object = decodeObject(bytes);
  if (!object) throw unsupportedMediaType(unknownFormat);
  return object;
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largestBytes) {
      throw new ApiError(413, "RequestEntityTooLarge", "Request entity too large: limit is 3145728", {});
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Gives the media type of the body, without parameters; JSON when the client does not say. */
export function mediaType(request: IncomingMessage): string {
  return (request.headers["content-type"] ?? "application/json").split(";")[0]!.trim();
}

/** Reads an object from JSON or YAML. Throws 400 for what is neither, 415 for other media types. */
export function parseObject(text: string, type: string): unknown {
  try {
    if (type === "application/json") return JSON.parse(text);
    if (type === "application/yaml" || type === "application/apply-patch+yaml") return parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw badRequest(`couldn't get version/kind; json parse error: ${why}`);
  }
  throw unsupportedMediaType(unknownFormat);
}

export function unsupportedMediaType(message: string): ApiError {
  return new ApiError(415, "UnsupportedMediaType", message, {});
}

/** Checks that a body is an object of the kind that the URL speaks of, and of its name and namespace. */
export function objectOf(body: unknown, { resource, version, namespace, name }: RequestTarget): KubeObject {
  if (!isRecord(body)) throw badRequest(`the object provided is unrecognized (must be of type ${resource.kind})`);
  const wanted = apiVersionOf(resource, version);
  const apiVersion = textOf(body, "apiVersion") ?? wanted;
  const kind = textOf(body, "kind") ?? resource.kind;
  if (apiVersion !== wanted || kind !== resource.kind) throw wrongKind(kind, apiVersion, resource.kind);
  const metadata = isRecord(body["metadata"]) ? { ...body["metadata"] } : {};
  if (resource.namespaced) {
    metadata["namespace"] ||= namespace;
    if (metadata["namespace"] !== namespace) {
      throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
    }
  }
  if (name !== undefined) {
    metadata["name"] ||= name;
    if (metadata["name"] !== name) {
      throw badRequest(
        `the name of the object (${textOf(metadata, "name")}) does not match the name on the URL (${name})`,
      );
    }
  }
  return { ...body, apiVersion: wanted, kind: resource.kind, metadata } as unknown as KubeObject;
}

function wrongKind(kind: string, apiVersion: string, wanted: string): ApiError {
  const short = apiVersion.split("/").at(-1);
  return badRequest(
    `${kind} in version "${apiVersion}" cannot be handled as a ${wanted}: converting (${short}.${kind}) to (core.${wanted}): ` +
      "unknown conversion",
  );
}

import { ApiError } from "../../model.ts";
import { badRequest } from "../status-errors.ts";

/** Where a list goes on: after the object of that key, as of that revision (-1: as things are now). */
export interface ContinueToken {
  revision: number;
  after: string;
}

/** Writes a token as the API server does. */
export function encodeToken({ revision, after }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", rv: revision, start: `${after}\0` })).toString("base64url");
}

/** Reads a token. Throws 400 for a garbled one. */
export function decodeToken(token: string): ContinueToken {
  const wrong = token.search(/[^A-Za-z0-9_-]/);
  if (wrong !== -1) throw invalidToken(`illegal base64 data at input byte ${wrong}`);
  try {
    const { rv, start } = JSON.parse(Buffer.from(token, "base64url").toString()) as { rv: number; start: string };
    return { revision: rv, after: start.replace(/\0$/, "") };
  } catch {
    throw invalidToken("invalid character");
  }
}

/** The history does not reach back to the token's revision; the answer brings a token to go on without consistency. */
export function expiredToken({ after }: ContinueToken): ApiError {
  const message =
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue " +
    "parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided " +
    "token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was " +
    "returned and now may show up in the list.";
  return new ApiError(410, "Expired", message, { continue: encodeToken({ revision: -1, after }) });
}

function invalidToken(why: string): ApiError {
  return badRequest(`invalid continue token: continue key is not valid: ${why}`);
}

import { ApiError } from "../model.ts";

/** Tells whether a creation was refused because its namespace is being deleted; nobody needs to hear of that. */
export function isNamespaceGoing(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const causes = error.details?.["causes"];
  return Array.isArray(causes) && causes.some(({ reason }) => reason === "NamespaceTerminating");
}

import { isRecord } from "../../../base/open-record.ts";
import type { OpenRecord } from "../../../base/open-record.ts";

/**
 * Applies a JSON merge patch: null removes, everything but a map replaces.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7396
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const result: OpenRecord = isRecord(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatch(result[name], value);
  }
  return result;
}

import type { ApiObject } from "../api-object.ts";
import type { BadSecret } from "./certificates.ts";
import type { WriteEvent } from "./event-writer.ts";

/** Tells by Events which Ingresses were taken in anew, and whose Secrets are of no use. */
export type Announce = (own: ApiObject[], bad: BadSecret[]) => void;

/** Returns what announces each version of an Ingress once, and each complaint once for as long as it lasts. */
export function announcer(writeEvent: WriteEvent): Announce {
  let versions = new Set<string>();
  let complaints = new Set<string>();

  return (own, bad) => {
    const before = { versions, complaints };
    versions = new Set(own.map(versionOf));
    for (const ingress of own)
      if (!before.versions.has(versionOf(ingress))) writeEvent(ingress, "Normal", "Sync", "Scheduled for sync");
    complaints = new Set();
    for (const { ingress, message } of bad) {
      const complaint = `${ingress.metadata.uid} ${message}`;
      if (!before.complaints.has(complaint) && !complaints.has(complaint))
        writeEvent(ingress, "Warning", "BadCertificate", `${message}; the default certificate is served`);
      complaints.add(complaint);
    }
  };
}

function versionOf({ metadata }: ApiObject): string {
  return `${metadata.uid} ${metadata.resourceVersion}`;
}

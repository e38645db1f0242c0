import { join } from "node:path";
import type { KubeObject } from "../../model.ts";
import { addressesOfNode } from "../../node-addresses.ts";
import type { NodeContext } from "../node-context.ts";
import { refreshVolumes } from "../volumes/pod-volumes.ts";
import { podSpec } from "./pod-spec.ts";

/** The volumes of one pod, kept as their sources have them. */
export interface PodMounts {
  /** The sources may have changed. */
  stale(): void;
  /** Brings stale volumes up to date. Returns when to try again if one could not be set up, and says so in an event. */
  refresh(): number | undefined;
}

const firstRetryMs = 500;
const longestRetryMs = 122_000;

/** Looks after the volumes of a pod in its folder of the node's workspace. */
export function createPodMounts(
  { store, node, credentials, recordEvent }: NodeContext,
  pod: () => KubeObject,
  folder: string,
): PodMounts {
  const tokens = new Map<string, string>();
  let isStale = true;
  let retryMs = firstRetryMs;
  let retryAtMs: number | undefined;

  const token = (serviceAccount: string): string => {
    const known = tokens.get(serviceAccount);
    const issued = known ?? credentials.issueToken(pod().metadata.namespace ?? "", serviceAccount);
    tokens.set(serviceAccount, issued);
    return issued;
  };

  return {
    stale: () => (isStale = true),
    refresh() {
      if (!isStale && (retryAtMs === undefined || Date.now() < retryAtMs)) return retryAtMs;
      const podAddresses: string[] = (pod().status?.podIPs ?? []).map(({ ip }: { ip: string }) => ip);
      const addresses = { podAddresses, hostAddresses: addressesOfNode(node) };
      const source = { pod: pod(), addresses, store, token };
      const failed = refreshVolumes(join(folder, "volumes"), podSpec(pod()).volumes ?? [], source);
      for (const { volume, message } of failed) {
        recordEvent(pod(), {
          type: "Warning",
          reason: "FailedMount",
          message: `MountVolume.SetUp failed for volume "${volume}" : ${message}`,
        });
      }
      isStale = false;
      retryAtMs = failed.length > 0 ? Date.now() + retryMs : undefined;
      retryMs = failed.length > 0 ? Math.min(2 * retryMs, longestRetryMs) : firstRetryMs;
      return retryAtMs;
    },
  };
}

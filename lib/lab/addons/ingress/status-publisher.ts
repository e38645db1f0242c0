import { isDeepStrictEqual } from "node:util";
import type { ApiAccess } from "../api-access.ts";
import { callApi } from "../api-call.ts";
import type { ApiObject } from "../api-object.ts";
import { keyOf } from "./own-ingresses.ts";
import type { PublishedAddress } from "./published-addresses.ts";

/** Writes addresses into the status of Ingresses that do not show them yet. Resolves when all are written; never rejects. */
export type PublishStatus = (ingresses: ApiObject[], addresses: PublishedAddress[]) => Promise<void>;

/**
 * Returns what publishes addresses. A write that meets a newer object is left to the call that the newer object brings about; any other refusal is
 * logged.
 */
export function statusPublisher(access: ApiAccess, log: (line: string) => void): PublishStatus {
  const underWay = new Set<string>();

  async function write(ingress: ApiObject, addresses: PublishedAddress[]): Promise<void> {
    const { namespace, name, resourceVersion } = ingress.metadata;
    const attempt = `${keyOf(ingress)} ${resourceVersion}`;
    if (underWay.has(attempt)) return;
    underWay.add(attempt);
    try {
      const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/${name}/status`;
      const body = { ...ingress, apiVersion: "networking.k8s.io/v1", kind: "Ingress" };
      const { status } = await callApi(access, "PUT", path, { ...body, status: { loadBalancer: shown(addresses) } });
      if (![200, 404, 409].includes(status)) throw new Error(`HTTP ${status}`);
    } catch (error) {
      log(`status of Ingress ${keyOf(ingress)}: ${(error as Error).message}`);
    } finally {
      underWay.delete(attempt);
    }
  }

  return async (ingresses, addresses) => {
    const outdated = ingresses.filter(
      ({ status }) => !isDeepStrictEqual(status?.loadBalancer?.ingress ?? [], addresses),
    );
    await Promise.all(outdated.map((ingress) => write(ingress, addresses)));
  };
}

function shown(addresses: PublishedAddress[]): { ingress?: PublishedAddress[] } {
  return addresses.length === 0 ? {} : { ingress: addresses };
}

import { askApi, clustersOf } from "./ask-api.ts";
import type { LabAccess } from "./lab-access.ts";

interface PodList {
  items: { status?: { podIPs?: { ip: string }[]; phase?: string } }[];
}

const placeholder = /\{pod(?<family>6?):(?<selector>[\w./=,-]+?)(?:@(?<node>[\w.-]+))?\}/g;

/**
 * Replaces what a command says of pods that are not known before the lab is up by their addresses: `{pod:SELECTOR}` for the running pods with
 * these labels on the node of the command, `{pod:SELECTOR@NODE}` on another one, `{pod6:…}` for addresses of IPv6. Several are joined by
 * commas, as nft's sets have them. Throws Error when there is no such pod.
 */
export async function fillIn(text: string, node: string, lab: LabAccess): Promise<string> {
  let filled = text;
  for (const { 0: found, groups } of text.matchAll(placeholder)) {
    const where = groups?.["node"] ?? node;
    const addresses = await addressesOf(groups?.["selector"] ?? "", where, groups?.["family"] === "6", lab);
    if (addresses.length === 0) throw new Error(`No pod on ${where} is what ${found} names`);
    filled = filled.replace(found, addresses.join(", "));
  }
  return filled;
}

async function addressesOf(selector: string, node: string, ipv6: boolean, lab: LabAccess): Promise<string[]> {
  const query = new URLSearchParams({ labelSelector: selector, fieldSelector: `spec.nodeName=${node}` });
  const lists = await Promise.all(
    clustersOf(lab).map((cluster) => askApi(lab, cluster, { path: `/api/v1/pods?${query.toString()}` })),
  );
  return lists
    .flatMap(({ body }) => (body as PodList).items)
    .filter(({ status }) => status?.phase === "Running")
    .flatMap(({ status }) => status?.podIPs ?? [])
    .map(({ ip }) => ip)
    .filter((ip) => ip.includes(":") === ipv6);
}

import { listOf, textOf } from "../../base/open-record.ts";

/** Lists the addresses, and where there is none the names, that somebody wrote into the status of a Service or an Ingress. */
export function publishedHosts(status: unknown): string[] {
  return listOf(status, "loadBalancer", "ingress").flatMap(
    (entry) => textOf(entry, "ip") ?? textOf(entry, "hostname") ?? [],
  );
}

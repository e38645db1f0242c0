import { listOf, numberOf } from "../../base/open-record.ts";
import type { NodePortRange } from "../../cluster/features/node-port-range.ts";
import type { Expectation } from "./expect.ts";
import { holds } from "./expect-objects.ts";

/** Promises that a Service has a node port for each of its ports, each of them in the cluster's range. */
export function hasNodePortsIn({ first, last, from }: NodePortRange): Expectation {
  const source = from === "flag" ? "as the API server is told" : "the default, as no API server's flags say otherwise";
  return holds(`node ports from ${first} to ${last} (${source})`, ([service]) => {
    if (!service) throw new Error("the Service is not there any more");
    const ports = listOf(service["spec"], "ports").map((port) => numberOf(port, "nodePort"));
    const wrong = ports.filter((port) => port === undefined || port < first || port > last);
    if (ports.length > 0 && wrong.length === 0) return undefined;
    return ports.length === 0 ? "no port" : wrong.map((port) => port ?? "a port without a node port").join(", ");
  });
}

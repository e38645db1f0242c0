import { expect, test } from "vitest";
import { defaultNodePortRange } from "../../cluster/features/node-port-range.ts";
import { hasNodePortsIn } from "./expect-node-ports.ts";
import { silence } from "../fixture.ts";

const { text, judge } = hasNodePortsIn(defaultNodePortRange);
const withPorts = (...nodePorts: (number | undefined)[]) =>
  silence("answered", {
    objects: [
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "a" },
        spec: { ports: nodePorts.map((nodePort) => ({ port: 80, nodePort })) },
      },
    ],
  });

test("every port has a node port in the range, both ends included", () => {
  expect(text).toBe("node ports from 30000 to 32767 (the default, as no API server's flags say otherwise)");
  expect(hasNodePortsIn({ first: 1, last: 2, from: "flag" }).text).toBe(
    "node ports from 1 to 2 (as the API server is told)",
  );
  expect(judge(withPorts(30_000, 32_767))).toEqual({ kept: true });
  expect(judge(withPorts(29_999, 30_000, 32_768))).toEqual({ kept: false, saw: "29999, 32768" });
  expect(judge(withPorts(undefined))).toEqual({ kept: false, saw: "a port without a node port" });
  expect(judge(withPorts())).toEqual({ kept: false, saw: "no port" });
});

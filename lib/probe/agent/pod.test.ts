import { expect, it } from "vitest";
import { identify } from "./identity.ts";
import { agentFacts, podOf } from "./pod.ts";

const environment = {
  MESHGATE_CLUSTER: "athens",
  MESHGATE_NODE: "worker-1",
  MESHGATE_NAMESPACE: "meshgate",
  MESHGATE_POD: "agent-1",
  MESHGATE_UID: "u1",
};
const pod = { cluster: "athens", node: "worker-1", namespace: "meshgate", pod: "agent-1", uid: "u1" };

it("a pod is what the downward API says", () => {
  expect(podOf(environment)).toEqual(pod);
  expect(podOf({})).toEqual({ cluster: "", node: "", namespace: "", pod: "", uid: "" });
  expect(agentFacts(environment)).toMatchObject({ ...pod, runtime: expect.stringContaining(process.version) });
});

it("an identity writes an IPv4 client of a dual-stack socket as IPv4", () => {
  const of = (address: string | undefined) => identify(pod, "n", { address, port: 5 }).clientAddress;
  expect(of("::ffff:10.0.0.1")).toBe("10.0.0.1");
  expect(of("fd00::ffff:1")).toBe("fd00::ffff:1");
  expect(of("::ffff:a00:1")).toBe("::ffff:a00:1");
  expect(of(undefined)).toBe("");
});

it("an identity without a nonce has an empty one", () => {
  expect(identify(pod, undefined, { address: "::1", port: 5 })).toEqual({
    ...pod,
    nonce: "",
    clientAddress: "::1",
    clientPort: 5,
  });
});

import { describe, expect, test } from "vitest";
import { textOf } from "../../base/open-record.ts";
import type { Room } from "./room.ts";

/** Nothing is kept: a policy of the contract's namespace would be about the pods of other tests. */
const dryRun = "?dryRun=All";

/**
 * What the API makes of network policies; whether anything enforces them is the network's.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
export function networkPolicyContract(inRoom: () => Room): void {
  describe("a NetworkPolicy", () => {
    const post = (name: string, spec: object) => {
      const room = inRoom();
      const body = room.object("networkpolicies", name, { spec });
      return room.wire.request("POST", room.path("networkpolicies", undefined, dryRun), { body });
    };
    const everyPod = { podSelector: {} };

    test.for<[string, object, string[]]>([
      ["nothing", {}, ["Ingress"]],
      ["an empty list of types", { policyTypes: [] }, ["Ingress"]],
      ["rules for the way in", { ingress: [{}] }, ["Ingress"]],
      ["rules for the way out", { egress: [{}] }, ["Ingress", "Egress"]],
      ["no rule for the way out", { egress: [] }, ["Ingress"]],
      ["its own types", { egress: [{}], policyTypes: ["Egress"] }, ["Egress"]],
    ])("with %s has types", async ([, spec, policyTypes]) => {
      const answer = await post("typed", { ...everyPod, ...spec });
      expect(answer).toMatchObject({ status: 201, body: { spec: { podSelector: {}, policyTypes } } });
    });

    test("means TCP where a port has no protocol", async () => {
      const ports = [{ port: 80 }, { port: "web" }, { port: 1, endPort: 2 }, {}, { port: 53, protocol: "UDP" }];
      expect(await post("ported", { ...everyPod, ingress: [{ ports }] })).toMatchObject({
        status: 201,
        body: { spec: { ingress: [{ ports: ports.map((port) => ({ protocol: "TCP", ...port })) }] } },
      });
    });

    test.for<[string, object, string]>([
      ["an empty peer", { ingress: [{ from: [{}] }] }, "spec.ingress[0].from[0]: Required value: must specify a peer"],
      [
        "a peer that is a range and pods",
        { egress: [{ to: [{ ipBlock: { cidr: "10.0.0.0/8" }, podSelector: {} }] }] },
        "spec.egress[0].to[0]: Forbidden: may not specify both ipBlock and another peer",
      ],
      ["a range that is none", { ingress: [{ from: [{ ipBlock: { cidr: "ten" } }] }] }, "must be a valid CIDR value"],
      [
        "an exception outside of its range",
        { ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["11.0.0.0/16"] } }] }] },
        'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`',
      ],
      [
        "a range of ports that ends before it begins",
        { ingress: [{ ports: [{ port: 80, endPort: 79 }] }] },
        "spec.ingress[0].ports[0].endPort: Invalid value: 79: must be greater than or equal to `port`",
      ],
      [
        "an end without a port",
        { ingress: [{ ports: [{ endPort: 79 }] }] },
        "spec.ingress[0].ports[0].endPort: Invalid value: 79: may not be specified when `port` is not specified",
      ],
      [
        "an unknown protocol",
        { ingress: [{ ports: [{ port: 80, protocol: "ICMP" }] }] },
        'spec.ingress[0].ports[0].protocol: Unsupported value: "ICMP": supported values: ',
      ],
      ["an unknown type", { policyTypes: ["Inside"] }, 'spec.policyTypes[0]: Unsupported value: "Inside"'],
      [
        "a selector without values",
        { ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: "app", operator: "In" }] } }] }] },
        "spec.ingress[0].from[0].podSelector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
      ],
    ])("is refused for %s", async ([, spec, message]) => {
      const answer = await post("refused", { ...everyPod, ...spec });
      expect(answer).toMatchObject({ status: 422, body: { reason: "Invalid" } });
      expect(textOf(answer.body, "message")).toContain(message);
    });
  });
}

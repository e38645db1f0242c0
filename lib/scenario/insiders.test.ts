import { expect, test } from "vitest";
import { somePod } from "./fixture.ts";
import { isOfCluster } from "./insiders.ts";

const pod = { ...somePod("echo"), address: "10.0.1.4" };
const other = { ...somePod("client"), address: "10.0.2.4" };

test("an address is the cluster's when it is a node's, chosen or not, or in the network of any pod", () => {
  const insiders = { nodeAddresses: ["172.19.0.2", "172.19.0.3"], clients: [other], echoes: [pod] };
  const seen = (address: string) => isOfCluster(address, pod, insiders);
  expect(["172.19.0.2", "172.19.0.3", "10.0.1.1", "10.0.2.1"].map(seen)).toEqual([true, true, true, true]);
  expect(["172.19.0.1", "10.0.3.1", "203.0.113.9"].map(seen)).toEqual([false, false, false]);
});

test("in a flat network a neighbour of pods and nodes may be anybody", () => {
  const insiders = { nodeAddresses: ["10.0.1.2"], clients: [], echoes: [] };
  expect(isOfCluster("10.0.1.77", pod, insiders)).toBe(false);
  expect(isOfCluster("10.0.1.2", pod, insiders)).toBe(true);
});

test("a pod that does not run tells no network", () => {
  const lost = {
    ...other,
    get address(): string {
      throw new Error("does not run yet");
    },
  };
  expect(isOfCluster("10.0.2.1", pod, { nodeAddresses: [], clients: [lost], echoes: [] })).toBe(false);
});

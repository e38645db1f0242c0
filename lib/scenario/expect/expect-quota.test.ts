import { expect, test } from "vitest";
import type { KubeObject } from "../../cluster/cluster.ts";
import { countsPods, everyContainerIsLimited } from "./expect-quota.ts";
import { silence } from "../fixture.ts";

const hard = { pods: "10k", "requests.cpu": "10k", "limits.memory": "100Ti" };

function sawOfQuota(used: object): string {
  const quota: KubeObject = {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "q" },
    spec: { hard },
    status: { used },
  };
  const judgement = countsPods(4).judge(silence("answered", { objects: [quota] }));
  return judgement.kept ? "kept" : judgement.saw;
}

test("a quota counts all pods and what they use", () => {
  expect(sawOfQuota({ pods: "4", "requests.cpu": "250m", "limits.memory": "1Gi" })).toBe("kept");
  expect(sawOfQuota({ pods: "3", "requests.cpu": "250m", "limits.memory": "1Gi" })).toBe("3 pods are counted");
  expect(sawOfQuota({ pods: "4", "requests.cpu": "250m", "limits.memory": "0" })).toBe(
    "nothing is counted of limits.memory",
  );
  expect(sawOfQuota({})).toBe("nothing is counted of pods, requests.cpu, limits.memory");
  expect(countsPods(1).judge(silence("answered", { objects: [] }))).toEqual({ kept: false, saw: "no such quota" });
});

test("every container is limited", () => {
  const all = { cpu: "1", memory: "1Gi" };
  const sawOf = (...resources: object[]) => {
    const pods = resources.map((one, index) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: `pod-${index}` },
      spec: { containers: [{ resources: one }] },
    }));
    return everyContainerIsLimited().judge(silence("answered", { objects: pods }));
  };
  expect(sawOf({ requests: all, limits: all })).toEqual({ kept: true });
  expect(sawOf({ requests: all, limits: all }, { requests: all })).toEqual({ kept: false, saw: "without them: pod-1" });
  expect(sawOf({ requests: { cpu: "1" }, limits: all })).toEqual({ kept: false, saw: "without them: pod-0" });
  expect(sawOf()).toEqual({ kept: false, saw: "no pods" });
});

import { beforeEach, describe, expect, test } from "vitest";
import { ApiError } from "../../model.ts";
import type { KubeObject } from "../../model.ts";
import { createStore } from "../store.ts";
import type { ApiStore } from "../store.ts";

let store: ApiStore;
beforeEach(() => {
  store = createStore({ serviceCidr: "10.1.0.0/16" });
});

const namespace = (name: string, labels: Record<string, string> = {}) => {
  store.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
  store.create("serviceaccounts", {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "default", namespace: name },
  });
};
const pod = (name: string, container: object = {}, spec: object = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "n" },
  spec: { containers: [{ name: "c", image: "i:1", ...container }], ...spec },
});
const policy = (kind: "ResourceQuota" | "LimitRange", name: string, spec: object) =>
  store.create(kind === "ResourceQuota" ? "resourcequotas" : "limitranges", {
    apiVersion: "v1",
    kind,
    metadata: { name, namespace: "n" },
    spec,
  });
const refusal = (object: KubeObject): string => {
  try {
    store.create("pods", object);
  } catch (error) {
    if (error instanceof ApiError && error.code === 403) return error.message;
    throw error;
  }
  return "nothing was refused";
};

test("a pod waits for its service account", () => {
  store.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "n" } });
  expect(refusal(pod("x"))).toBe(
    'pods "x" is forbidden: error looking up service account n/default: serviceaccount "default" not found',
  );
});

describe("Pod Security", () => {
  const restricted = {
    securityContext: {
      allowPrivilegeEscalation: false,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
    },
  };

  test("restricted names all that is missing", () => {
    namespace("n", { "pod-security.kubernetes.io/enforce": "restricted" });
    expect(refusal(pod("x"))).toBe(
      'pods "x" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "c" must set ' +
        'securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set ' +
        'securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set ' +
        'securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set ' +
        'securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    );
    expect(refusal(pod("x", restricted))).toBe("nothing was refused");
  });

  test("restricted lets no host path in", () => {
    namespace("n", { "pod-security.kubernetes.io/enforce": "restricted" });
    const volumes = [{ name: "v", hostPath: { path: "/" } }];
    expect(refusal(pod("x", restricted, { volumes, hostNetwork: true }))).toBe(
      'pods "x" is forbidden: violates PodSecurity "restricted:latest": host namespaces (hostNetwork=true), ' +
        'restricted volume types (volume "v" uses restricted volume type "hostPath")',
    );
  });

  test("baseline lets plain pods in, and nothing that reaches for the node", () => {
    namespace("n", {
      "pod-security.kubernetes.io/enforce": "baseline",
      "pod-security.kubernetes.io/enforce-version": "v1.36",
    });
    expect(refusal(pod("plain"))).toBe("nothing was refused");
    const container = {
      securityContext: { privileged: true, capabilities: { add: ["NET_ADMIN"] } },
      ports: [{ containerPort: 80, hostPort: 80 }],
    };
    expect(refusal(pod("x", container, { volumes: [{ name: "v", hostPath: { path: "/" } }] }))).toBe(
      'pods "x" is forbidden: violates PodSecurity "baseline:v1.36": non-default capabilities (container "c" must not include ' +
        '"NET_ADMIN" in securityContext.capabilities.add), hostPath volumes (volume "v"), hostPort (container "c" uses hostPort 80), ' +
        'privileged (container "c" must not set securityContext.privileged=true)',
    );
  });
});

describe("a quota", () => {
  beforeEach(() => namespace("n"));
  const quota = (hard: Record<string, string>) => policy("ResourceQuota", "q", { hard });
  const used = () => store.get("resourcequotas", "q", "n")?.["status"].used;

  test("counts pods, keeps its status and lets go of what is gone", () => {
    quota({ pods: "1" });
    expect(used()).toEqual({ pods: "0" });
    store.create("pods", pod("one"));
    expect(used()).toEqual({ pods: "1" });
    expect(refusal(pod("x"))).toBe(
      'pods "x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
    );
    store.delete("pods", "one", "n");
    expect(used()).toEqual({ pods: "0" });
    expect(refusal(pod("x"))).toBe("nothing was refused");
  });

  test("wants to be told what it has to count", () => {
    quota({ "requests.cpu": "1", "limits.memory": "1Gi" });
    expect(refusal(pod("x"))).toBe(
      'pods "x" is forbidden: failed quota: q: must specify limits.memory for: c; requests.cpu for: c',
    );
  });

  test("adds up requests and limits", () => {
    quota({ "requests.cpu": "1", "limits.memory": "1Gi" });
    const resources = (cpu: string, memory: string) => ({ resources: { requests: { cpu }, limits: { memory } } });
    store.create("pods", pod("one", resources("600m", "512Mi")));
    expect(used()).toEqual({ "requests.cpu": "600m", "limits.memory": "512Mi" });
    expect(refusal(pod("x", resources("500m", "512Mi")))).toBe(
      'pods "x" is forbidden: exceeded quota: q, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1',
    );
    store.create("pods", pod("two", resources("400m", "512Mi")));
    expect(used()).toEqual({ "requests.cpu": "1", "limits.memory": "1Gi" });
  });

  test("counts anything by its name", () => {
    quota({ "count/configmaps": "1", "count/nothing.example.org": "1" });
    const configMap = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "n" } });
    store.create("configmaps", configMap("a"));
    expect(() => store.create("configmaps", configMap("b"))).toThrow(
      'configmaps "b" is forbidden: exceeded quota: q, requested: count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1',
    );
  });
});

describe("a limit range", () => {
  beforeEach(() => namespace("n"));

  test("gives defaults and says so", () => {
    policy("LimitRange", "l", {
      limits: [{ type: "Container", default: { memory: "1Gi" }, defaultRequest: { cpu: "100m" } }],
    });
    const created = store.create("pods", pod("x"));
    expect(created["spec"].containers[0].resources).toEqual({
      requests: { cpu: "100m", memory: "1Gi" },
      limits: { memory: "1Gi" },
    });
    expect(created.metadata.annotations?.["kubernetes.io/limit-ranger"]).toBe(
      "LimitRanger plugin set: memory request for container c; cpu request for container c; memory limit for container c",
    );
  });

  test("refuses what is out of bounds", () => {
    policy("LimitRange", "l", { limits: [{ type: "Container", max: { cpu: "500m" }, min: { memory: "64Mi" } }] });
    const resources = { limits: { cpu: "1" }, requests: { cpu: "1", memory: "1Mi" } };
    expect(refusal(pod("x", { resources }))).toBe(
      'pods "x" is forbidden: [minimum memory usage per Container is 64Mi, but request is 1Mi, ' +
        "maximum cpu usage per Container is 500m, but limit is 1]",
    );
  });
});

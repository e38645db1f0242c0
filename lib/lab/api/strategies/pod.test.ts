import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../model.ts";
import { createStore } from "../store.ts";

const newStore = () => {
  const store = createStore({ serviceCidr: "10.1.0.0/16" });
  const metadata = { name: "default", namespace: "default" };
  store.create("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata });
  return store;
};
const pod = (spec: object): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "ok", namespace: "default" },
  spec,
});

describe("a new pod", () => {
  test("looks as recorded", () => {
    const readinessProbe = { httpGet: { path: "/healthz", port: 8080 }, periodSeconds: 1 };
    const ports = [{ name: "http", containerPort: 8080 }];
    const container = { name: "c", image: "registry.k8s.io/e2e-test-images/agnhost:2.53", ports, readinessProbe };
    const created = newStore().create("pods", pod({ terminationGracePeriodSeconds: 0, containers: [container] }));
    const name = created["spec"].volumes[0].name;
    expect(name).toMatch(/^kube-api-access-[0-9a-f]{5}$/);
    expect(created["spec"]).toEqual({
      volumes: [
        {
          name,
          projected: {
            sources: [
              { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
              { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
              {
                downwardAPI: {
                  items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
                },
              },
            ],
            defaultMode: 420,
          },
        },
      ],
      containers: [
        {
          name: "c",
          image: "registry.k8s.io/e2e-test-images/agnhost:2.53",
          ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
          resources: {},
          volumeMounts: [{ name, readOnly: true, mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" }],
          readinessProbe: {
            httpGet: { path: "/healthz", port: 8080, scheme: "HTTP" },
            timeoutSeconds: 1,
            periodSeconds: 1,
            successThreshold: 1,
            failureThreshold: 3,
          },
          terminationMessagePath: "/dev/termination-log",
          terminationMessagePolicy: "File",
          imagePullPolicy: "IfNotPresent",
        },
      ],
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 0,
      dnsPolicy: "ClusterFirst",
      serviceAccountName: "default",
      serviceAccount: "default",
      securityContext: {},
      schedulerName: "default-scheduler",
      tolerations: ["not-ready", "unreachable"].map((condition) => ({
        key: `node.kubernetes.io/${condition}`,
        operator: "Exists",
        effect: "NoExecute",
        tolerationSeconds: 300,
      })),
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: "PreemptLowerPriority",
    });
  });

  test.for([
    ["nginx", "Always"],
    ["nginx:latest", "Always"],
    ["host:5000/nginx", "Always"],
    ["host:5000/nginx:1", "IfNotPresent"],
    ["nginx@sha256:0000", "IfNotPresent"],
  ])("of image %s is pulled %s", ([image, policy]) => {
    const created = newStore().create("pods", pod({ containers: [{ name: "c", image }] }));
    expect(created["spec"].containers[0].imagePullPolicy).toBe(policy);
  });

  test.for([
    [{}, "BestEffort"],
    [{ requests: { cpu: "100m" } }, "Burstable"],
    [{ limits: { cpu: "1", memory: "1Gi" } }, "Guaranteed"],
    [{ limits: { cpu: "1" } }, "Burstable"],
  ] as const)("with resources %j is %s", ([resources, qosClass]) => {
    const created = newStore().create("pods", pod({ containers: [{ name: "c", image: "i:1", resources }] }));
    expect(created["status"].qosClass).toBe(qosClass);
  });

  test("without a token volume has none", () => {
    const spec = { automountServiceAccountToken: false, containers: [{ name: "c", image: "i:1" }] };
    expect(newStore().create("pods", pod(spec))["spec"]).not.toHaveProperty("volumes");
  });

  test.for([
    [{ containers: [] }, "spec.containers: Required value"],
    [{ containers: [{ name: "c" }] }, "spec.containers[0].image: Required value"],
    [{ containers: [{ name: "c", image: "i:1", volumeMounts: [{ name: "v", mountPath: "/v" }] }] }, 'Not found: "v"'],
    [
      { containers: [{ name: "c", image: "i:1", readinessProbe: {} }] },
      "readinessProbe: Required value: must specify a handler type",
    ],
    [
      { containers: ["c", "c"].map((name) => ({ name, image: "i:1" })) },
      'spec.containers[1].name: Duplicate value: "c"',
    ],
    [
      { hostNetwork: true, containers: [{ name: "c", image: "i:1", ports: [{ containerPort: 80, hostPort: 8080 }] }] },
      "spec.containers[0].ports[0].containerPort: Invalid value: 80: must match `hostPort` when `hostNetwork` is true",
    ],
  ] as const)("is refused for %j", ([spec, message]) => {
    expect(() => newStore().create("pods", pod(spec))).toThrow(message);
  });
});

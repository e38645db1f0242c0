import type { PortExpectation } from "./settings.ts";

/**
 * What ports of a cluster's own machinery say to pods, as kubeadm sets a cluster up: the API server and kubelets know nobody without
 * credentials, the controller manager and the scheduler listen on their own node's loopback address only, and etcd talks to nobody without
 * a client certificate.
 * @see https://kubernetes.io/docs/reference/networking/ports-and-protocols/
 */
export const usualPorts: PortExpectation[] = [
  { name: "api-server", at: "api-server", port: 443, expect: "authenticated" },
  { name: "kubelet", at: "every-node", port: 10_250, expect: "authenticated" },
  { name: "controller-manager", at: "control-plane", port: 10_257, expect: "silent" },
  { name: "scheduler", at: "control-plane", port: 10_259, expect: "silent" },
  { name: "etcd-clients", at: "control-plane", port: 2379, expect: "silent" },
  { name: "etcd-peers", at: "control-plane", port: 2380, expect: "silent" },
];

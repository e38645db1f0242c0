import type { Resource } from "../registry/resource.ts";
import { resourceName } from "../registry/resource.ts";
import { schemaShape } from "./schema-shape.ts";
import { atomic, listBy, map, set } from "./shape.ts";
import type { Shape } from "./shape.ts";

const metadata = map({ finalizers: set, ownerReferences: listBy("uid", atomic), managedFields: atomic });
const conditions = listBy("type");

const reference = map({ fieldRef: atomic, resourceFieldRef: atomic, configMapKeyRef: atomic, secretKeyRef: atomic });

const container = map({
  env: listBy("name", map({ valueFrom: reference })),
  ports: listBy("containerPort,protocol"),
  resources: map({ claims: listBy("name") }),
  volumeDevices: listBy("devicePath"),
  volumeMounts: listBy("mountPath"),
});

const podSpec = map({
  containers: listBy("name", container),
  initContainers: listBy("name", container),
  ephemeralContainers: listBy("name", container),
  hostAliases: listBy("ip"),
  imagePullSecrets: listBy("name"),
  nodeSelector: atomic,
  resourceClaims: listBy("name"),
  schedulingGates: listBy("name"),
  topologySpreadConstraints: listBy("topologyKey,whenUnsatisfiable", map({ labelSelector: atomic })),
  volumes: listBy("name"),
});

const podStatus = map({ conditions, podIPs: listBy("ip"), hostIPs: atomic });
const template = map({ metadata, spec: podSpec });
const workload = map({ metadata, spec: map({ selector: atomic, template }), status: map({ conditions }) });

const shapes: Record<string, Shape> = {
  pods: map({ metadata, spec: podSpec, status: podStatus }),
  services: map({
    metadata,
    spec: map({ ports: listBy("port,protocol"), selector: atomic }),
    status: map({ conditions }),
  }),
  nodes: map({ metadata, spec: map({ podCIDRs: set }), status: map({ addresses: listBy("type"), conditions }) }),
  namespaces: map({ metadata, status: map({ conditions }) }),
  serviceaccounts: map({ metadata, secrets: listBy("name"), imagePullSecrets: atomic }),
  "deployments.apps": workload,
  "replicasets.apps": workload,
  "daemonsets.apps": workload,
  "statefulsets.apps": workload,
  "networkpolicies.networking.k8s.io": map({ metadata, spec: map({ podSelector: atomic }) }),
  "clusterroles.rbac.authorization.k8s.io": map({ metadata, aggregationRule: map({ clusterRoleSelectors: atomic }) }),
};

const plain = map({ metadata });

/** Gives how objects of a resource are merged; for a custom one, what its schema says. */
export function shapeOf(resource: Resource): Shape {
  const schema = resource.schemas?.[resource.versions[0]!];
  if (schema === undefined) return shapes[resourceName(resource)] ?? plain;
  const shape = schemaShape(schema);
  return { kind: "map", fields: { ...(shape.kind === "map" && shape.fields), metadata } };
}

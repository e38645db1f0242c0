import type { KubeObject } from "../../model.ts";
import { age } from "./age.ts";
import { nameColumn, text, wide } from "./column.ts";
import type { Column } from "./column.ts";
import { selectorText } from "./selector-text.ts";

type Fields = KubeObject[string];

const ageColumn = text("Age", ({ metadata }) => age(metadata.creationTimestamp));

/** What `kubectl get` shows of the resources of networking, by resource. */
export const networkColumns: Record<string, Column[]> = {
  services: [
    nameColumn,
    text("Type", ({ spec }) => spec.type),
    text("Cluster-IP", ({ spec }) => spec.clusterIP || "<none>"),
    text("External-IP", externalAddress),
    text("Port(s)", ({ spec }) => servicePorts(spec.ports ?? []) || "<none>"),
    ageColumn,
    wide(text("Selector", ({ spec }) => selectorText({ matchLabels: spec.selector }))),
  ],
  endpoints: [nameColumn, text("Endpoints", ({ subsets }) => firstThree(endpointsText(subsets ?? []))), ageColumn],
  "endpointslices.discovery.k8s.io": [
    nameColumn,
    text("AddressType", ({ addressType }) => addressType),
    text("Ports", ({ ports }) =>
      firstThree(
        (ports ?? []).map((port: Fields) => `${port.port ?? "*"}`),
        "<unset>",
      ),
    ),
    text("Endpoints", ({ endpoints }) =>
      firstThree(
        (endpoints ?? []).flatMap(({ addresses }: Fields) => addresses),
        "<unset>",
      ),
    ),
    ageColumn,
  ],
  "ingresses.networking.k8s.io": [
    nameColumn,
    text("Class", ({ spec }) => spec.ingressClassName ?? "<none>"),
    text("Hosts", ({ spec }) => firstThree((spec.rules ?? []).map(({ host }: Fields) => host).filter(Boolean), "*")),
    text("Address", ({ status }) => addressesOf(status).join(",")),
    text("Ports", ({ spec }) => (spec.tls?.length ? "80, 443" : "80")),
    ageColumn,
  ],
  "ingressclasses.networking.k8s.io": [
    nameColumn,
    text("Controller", ({ spec }) => spec?.controller),
    text("Parameters", ({ spec: { parameters } = {} }) =>
      parameters ? `${parameters.kind}/${parameters.name}` : "<none>",
    ),
    ageColumn,
  ],
  "networkpolicies.networking.k8s.io": [
    nameColumn,
    text("Pod-Selector", ({ spec }) => selectorText(spec.podSelector)),
    ageColumn,
  ],
};

function externalAddress({ spec, status }: KubeObject): string {
  const external: string[] = spec.externalIPs ?? [];
  if (spec.type === "ExternalName") return spec.externalName;
  if (spec.type !== "LoadBalancer") return external.join(",") || "<none>";
  return [...addressesOf(status), ...external].join(",") || "<pending>";
}

function addressesOf(status: Fields): string[] {
  return (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }: Fields) => ip ?? hostname);
}

function servicePorts(ports: Fields[]): string {
  return ports
    .map(({ port, nodePort, protocol }) => (nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`))
    .join(",");
}

function endpointsText(subsets: Fields[]): string[] {
  return subsets.flatMap(({ addresses = [], ports = [] }) =>
    addresses.flatMap(({ ip }: Fields) => (ports.length > 0 ? ports.map(({ port }: Fields) => `${ip}:${port}`) : [ip])),
  );
}

function firstThree(items: string[], none = "<none>"): string {
  if (items.length === 0) return none;
  const more = items.length > 3 ? ` + ${items.length - 3} more...` : "";
  return `${items.slice(0, 3).join(",")}${more}`;
}

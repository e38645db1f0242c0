import { familyOf } from "../../../base/family.ts";
import type { KubeObject } from "../../model.ts";
import { changing, inventing, named, withSpec } from "./looks.ts";
import { sliceOf, sliceResource, withEndpoints } from "./slice-looks.ts";
import type { Look, View } from "./view.ts";

/** What a name server may see wrongly, and how it may answer. */
export const dnsViews: View[] = [
  { name: "dns.server-failure", manner: { denies: () => "SERVFAIL" } },
  { name: "dns.slow", manner: { delayMs: 3000 } },
  { name: "dns.no-pod-names", manner: { denies: ({ name }) => (/\.pod\./i.test(name) ? "NXDOMAIN" : undefined) } },
  { name: "dns.aaaa-denied", manner: { denies: ({ type }) => (type === "AAAA" ? "NXDOMAIN" : undefined) } },
  { name: "dns.stale-record", sees: { services: withSpec(named("echo"), withFormerAddress) } },
  {
    name: "dns.stale-headless",
    sees: { [sliceResource]: withEndpoints(sliceOf("echo-headless"), withFormerEndpoint) },
  },
  { name: "dns.no-hostnames", sees: { [sliceResource]: withEndpoints(() => true, withoutHostnames) } },
  { name: "dns.wrong-ports", sees: { services: withSpec(named("echo"), withPortsMoved) } },
  { name: "dns.no-pointers", manner: { denies: ({ type }) => (type === "PTR" ? "NXDOMAIN" : undefined) } },
  {
    name: "dns.wrong-alias",
    sees: {
      services: withSpec(named("alias"), (spec) => ({
        ...spec,
        externalName: spec.externalName.replace("echo.", "ready-only."),
      })),
    },
  },
  { name: "dns.namespaces-mixed", sees: { services: changing(asInFirstNamespace) } },
  { name: "dns.former-service", sees: { services: formerService } },
  { name: "dns.second-family", sees: { services: withSpec(named("echo-numbered"), withSecondFamily) } },
];

const formerAddress = { IPv4: "10.255.255.250", IPv6: "fd00:ffff::250" };
const formerName = "absent";

function withFormerAddress(spec: KubeObject[string]): object {
  const addresses: string[] = spec.clusterIPs ?? [spec.clusterIP];
  return { ...spec, clusterIPs: addresses.map((address) => formerAddress[familyOf(address)]) };
}

function withFormerEndpoint<Endpoint extends { addresses: string[] }>(endpoints: Endpoint[]): Endpoint[] {
  return endpoints.flatMap((endpoint, index) => {
    const family = familyOf(endpoint.addresses[0] ?? "");
    return index === 0 ? [endpoint, { ...endpoint, addresses: [formerAddress[family]] }] : [endpoint];
  });
}

function withoutHostnames<Endpoint extends object>(endpoints: Endpoint[]): Endpoint[] {
  return endpoints.map((endpoint) => ({ ...endpoint, hostname: undefined }));
}

function withPortsMoved(spec: KubeObject[string]): object {
  return { ...spec, ports: spec.ports?.map((port: { port: number }) => ({ ...port, port: port.port + 1000 })) };
}

/** Of Services of one name, all have the address of the one in the first namespace. */
function asInFirstNamespace(service: KubeObject, { all }: Parameters<Look>[1]): KubeObject {
  const [first] = all("services")
    .filter(({ metadata }) => metadata.name === service.metadata.name)
    .toSorted((one, other) => ((one.metadata.namespace ?? "") < (other.metadata.namespace ?? "") ? -1 : 1));
  if (first === undefined || first === service) return service;
  const { clusterIP, clusterIPs } = first["spec"];
  return { ...service, spec: { ...service["spec"], clusterIP, clusterIPs } };
}

/** A Service that is gone still has its name, beside each one that is there called echo. */
function formerService(there: readonly KubeObject[]): readonly KubeObject[] {
  const invent = inventing((present) =>
    present.filter(named("echo")).map((service) => ({
      ...service,
      metadata: { ...service.metadata, name: formerName },
    })),
  );
  return invent(there, { seen: [], all: () => [] });
}

function withSecondFamily(spec: KubeObject[string]): object {
  return { ...spec, clusterIPs: [spec.clusterIP, formerAddress.IPv6] };
}

import type { KubeObject } from "../../model.ts";

/**
 * Gives the variables by which a container finds Services: host and port, and the older Docker-links form. Headless and ExternalName
 * services, which have no address, give none. A later service wins over an earlier one of the same variable name.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
export function serviceVariables(services: KubeObject[]): Map<string, string> {
  return new Map(services.flatMap(variablesOf));
}

interface ServicePort {
  name?: string;
  port: number;
  protocol?: string;
}

function variablesOf(service: KubeObject): [string, string][] {
  const address: string | undefined = service.spec?.clusterIP;
  const ports: ServicePort[] = service.spec?.ports ?? [];
  const [first] = ports;
  if (!address || address === "None" || service.spec?.type === "ExternalName" || !first) return [];
  const prefix = variableName(service.metadata.name);
  return [
    [`${prefix}_SERVICE_HOST`, address],
    [`${prefix}_SERVICE_PORT`, `${first.port}`],
    ...ports.flatMap(({ name, port }): [string, string][] =>
      name ? [[`${prefix}_SERVICE_PORT_${variableName(name)}`, `${port}`]] : [],
    ),
    [`${prefix}_PORT`, url(address, first)],
    ...ports.flatMap((port): [string, string][] => {
      const link = `${prefix}_PORT_${port.port}_${(port.protocol ?? "TCP").toUpperCase()}`;
      return [
        [link, url(address, port)],
        [`${link}_PROTO`, protocol(port)],
        [`${link}_PORT`, `${port.port}`],
        [`${link}_ADDR`, address],
      ];
    }),
  ];
}

function variableName(name: string): string {
  return name.replaceAll("-", "_").toUpperCase();
}

function url(address: string, port: ServicePort): string {
  return `${protocol(port)}://${address.includes(":") ? `[${address}]` : address}:${port.port}`;
}

function protocol(port: ServicePort): string {
  return (port.protocol ?? "TCP").toLowerCase();
}

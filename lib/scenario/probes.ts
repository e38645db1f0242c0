import {
  agentPorts,
  type DnsProbe,
  type DnsRecordType,
  type EnvironmentProbe,
  type HttpProbe,
  type TcpProbe,
  type UdpProbe,
} from "../probe/probe.ts";
import type { ResourceKind } from "../cluster/cluster.ts";
import type { Pod } from "./place.ts";
import type { ObjectQuestion } from "./question.ts";

/** Long enough for two lost SYN packets, so that one lost packet is a slow answer and not a false red. */
const answerTimeoutMs = 5_000;
/** A denial that drops packets costs this much each time; an answer arrives far earlier. */
export const silenceTimeoutMs = 2_000;

export interface TargetOptions {
  port?: number;
  payloadBytes?: number;
  timeoutMs?: number;
}

/** Asks an agent over HTTP, over TLS where `tls` says so. Default port: the agent's own. */
export function http(
  host: string,
  options: TargetOptions & Pick<HttpProbe, "path" | "headers" | "tls"> = {},
): HttpProbe {
  return { kind: "http", host, port: agentPorts.http, timeoutMs: answerTimeoutMs, ...options };
}

/** Asks an agent over a TCP echo, with `holdMs` by a connection that has been open for so long. Default port: the agent's own. */
export function tcp(host: string, options: TargetOptions & { holdMs?: number } = {}): TcpProbe {
  return { kind: "tcp", host, port: agentPorts.tcp, timeoutMs: answerTimeoutMs, ...options };
}

/** Asks an agent with one datagram. Default port: the agent's own. */
export function udp(host: string, options: TargetOptions = {}): UdpProbe {
  return { kind: "udp", host, port: agentPorts.udp, timeoutMs: answerTimeoutMs, ...options };
}

/** Asks a name server; without `server` the one that the asking pod is configured with. */
export function dns(
  transport: "udp" | "tcp",
  name: string,
  options: { type?: DnsRecordType; server?: string; port?: number; search?: boolean } = {},
): DnsProbe {
  return { kind: "dns", transport, name, type: "A", timeoutMs: answerTimeoutMs, ...options };
}

/** Reads the asking container's own environment. */
export function environment(prefix: string): EnvironmentProbe {
  return { kind: "environment", prefix, timeoutMs: answerTimeoutMs };
}

/** The type of record that holds an address of this family. */
export function addressType(address: string): "A" | "AAAA" {
  return address.includes(":") ? "AAAA" : "A";
}

/** The name that stands for a pod's address in DNS: `10-0-1-2.NAMESPACE.pod.DOMAIN`. */
export function podAddressName({ address, namespace }: Pick<Pod, "address" | "namespace">, domain: string): string {
  return `${address.replaceAll(/[.:]/g, "-")}.${namespace}.pod.${domain}`;
}

/** Writes an address as URLs hold it: an IPv6 one in brackets. */
export function inUrl(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

/** Asks an API server for one object, or without a name for all of a kind; without a namespace in the whole cluster. */
export function objects(of: ResourceKind, options: { namespace?: string; name?: string } = {}): ObjectQuestion {
  return { kind: "objects", of, timeoutMs: answerTimeoutMs, ...options };
}

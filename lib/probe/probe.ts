import type { Outcome } from "./outcome.ts";
import type { ServedCertificate } from "./served-certificate.ts";

/** Asks `GET path` over a new TCP connection and expects an identity in reply. Follows no redirect. */
export interface HttpProbe {
  kind: "http";
  /** An IP literal, or a name that the asking pod's own resolver looks up. */
  host: string;
  port: number;
  /** Sent byte by byte as it stands here. Default `/`. */
  path?: string;
  headers?: Record<string, string>;
  /**
   * Asks over TLS and takes any certificate. `serverName` is the DNS name that the handshake asks for; empty for none. It does not change the Host
   * header.
   */
  tls?: { serverName: string };
  /** Bytes of body to send and to receive back unchanged; 0 means a plain GET. Default 0. */
  payloadBytes?: number;
  timeoutMs: number;
}

/** Opens a TCP connection to the echo port, sends a header line and a payload and expects identity and payload back. */
export interface TcpProbe {
  kind: "tcp";
  host: string;
  port: number;
  /** Default 64. */
  payloadBytes?: number;
  /** Sends the last byte, without which there is no answer, only so long after the connection was opened. Default 0. */
  holdMs?: number;
  timeoutMs: number;
}

/** Sends one datagram to the echo port and expects identity and payload back in one datagram. Never sends again. */
export interface UdpProbe {
  kind: "udp";
  host: string;
  port: number;
  /** Default 64. */
  payloadBytes?: number;
  /** What tells this question from all others, of at most 64 characters; by default made up by the asker. */
  nonce?: string;
  timeoutMs: number;
}

/**
 * Finds out the largest IP packets that get from the asker to an agent, and from that one back, in one piece. Asks its echo port over
 * and over with datagrams that no router may fragment.
 */
export interface PathMtuProbe {
  kind: "path-mtu";
  /** An IP literal. */
  host: string;
  port: number;
  timeoutMs: number;
}

/** Asks the agent's own server which datagrams have arrived there lately. */
export interface ArrivalsProbe {
  kind: "arrivals";
  /** Of the questions that are looked for; at most 64. */
  nonces: string[];
  timeoutMs: number;
}

export type DnsRecordType = "A" | "AAAA" | "SRV" | "PTR";

/** Asks one name server one question over one transport. */
export interface DnsProbe {
  kind: "dns";
  /** An IP literal; absent means the first name server of the asking pod's resolv.conf. */
  server?: string;
  /** Default 53. */
  port?: number;
  transport: "udp" | "tcp";
  name: string;
  type: DnsRecordType;
  /** Apply the search list and ndots of the asking pod's resolv.conf, as its resolver does. Default false: `name` is complete. */
  search?: boolean;
  timeoutMs: number;
}

/** Reads environment variables of the container that runs the agent. */
export interface EnvironmentProbe {
  kind: "environment";
  /** Only variables whose name starts with this are returned. */
  prefix: string;
  timeoutMs: number;
}

export type Probe = HttpProbe | TcpProbe | UdpProbe | DnsProbe | EnvironmentProbe | PathMtuProbe | ArrivalsProbe;

/** Who answered, as that process itself says. */
export interface Identity {
  /** The random text that the asker put into its question. */
  nonce: string;
  cluster: string;
  node: string;
  namespace: string;
  pod: string;
  uid: string;
  /** The asker's address and port as the answering socket saw them. */
  clientAddress: string;
  clientPort: number;
  /** HTTP only: the Host header and the path as received. */
  host?: string;
  path?: string;
  /** HTTP only: what proxies said of the asker, as received; each at most 512 characters. Absent when they said nothing. */
  forwarded?: Forwarded;
}

/** Headers that proxies add. */
export interface Forwarded {
  /** X-Forwarded-For */
  for?: string;
  /** X-Forwarded-Proto */
  proto?: string;
  /** X-Forwarded-Host */
  host?: string;
  /** X-Real-IP */
  realIp?: string;
}

export interface DnsAnswer {
  name: string;
  type: string;
  ttlSeconds: number;
  /** A and AAAA: the address. PTR and CNAME: the name. SRV: `priority weight port target`. */
  data: string;
}

/** What one probe saw. Times are milliseconds on the agent's monotonic clock, measured from the start of the probe. */
export interface Observation {
  outcome: Outcome;
  /** Milliseconds since the epoch on the agent's wall clock. */
  startedAt: number;
  durationMs: number;
  lookupMs?: number;
  connectMs?: number;
  /** End of the TLS handshake. */
  tlsMs?: number;
  firstByteMs?: number;
  /** The address that was really asked, after a look-up. */
  address?: string;
  /** The source address of the asking socket. */
  localAddress?: string;
  identity?: Identity;
  /** HTTP status, when a response line was read. */
  status?: number;
  /** Where an answer sends its asker: the Location header, at most 2048 characters. */
  location?: string;
  /** What the server showed in the TLS handshake. */
  certificate?: ServedCertificate;
  /** DNS only. Records of the answer section, in the order received. */
  answers?: DnsAnswer[];
  /** DNS only: the complete name that was asked last. */
  question?: string;
  environment?: Record<string, string>;
  /** PathMtuProbe only. Bytes of IP packet, header included, to the answerer and back; absent for a direction that could not be measured. */
  pathMtu?: { thereBytes?: number; backBytes?: number };
  /** ArrivalsProbe only: those that have arrived, in the order asked for. */
  arrived?: string[];
  /** The system's error code and a short text; never the text of a library's error object. */
  detail?: string;
  /** Longest time that the agent's event loop was blocked while the probe was in flight. */
  eventLoopDelayMs: number;
  /** All such times together; absent where that is no more, or too little to matter. */
  eventLoopDelaysMs?: number;
}

/** Ports on which every agent serves. They are above 1024: a restricted pod binds nothing lower. */
export const agentPorts = { http: 8080, tcp: 8081, udp: 8082 } as const;

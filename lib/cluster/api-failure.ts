import { Diagnostic } from "../base/diagnostic.ts";
import { shellQuote } from "../base/shell-quote.ts";

/**
 * The ways in which an API server can fail us.
 *
 * `interrupted` — our own signal. `credentials` — the credential helper or token file failed, nothing was sent. `not-kubernetes` —
 * something answered that is no Kubernetes API. The others say what they say.
 */
export type ApiFailureKind =
  | "refused"
  | "timeout"
  | "no-such-host"
  | "unreachable"
  | "tls"
  | "reset"
  | "proxy"
  | "credentials"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "throttled"
  | "server-error"
  | "rejected"
  | "not-kubernetes";

export interface ApiFailureFacts {
  kind: ApiFailureKind;
  context: string;
  /** Host and port. */
  server: string;
  /** `GET /api/v1/pods` */
  request: string;
  /** What happened, as half a sentence. */
  what: string;
  /** HTTP status, when there was one. */
  status?: number;
  /** `reason` of the Status body: `NotFound`, `Forbidden` … */
  reason?: string;
  cure?: string;
}

/**
 * A request to an API server that failed. It holds words and numbers of our own and never an object of a library: those carry
 * request headers, keys and certificates.
 */
export class ApiFailure extends Diagnostic {
  override name = "ApiFailure";
  readonly failure: ApiFailureKind;
  readonly context: string;
  readonly server: string;
  /** What happened, without context, server and request. */
  readonly what: string;
  readonly status: number | undefined;
  readonly reason: string | undefined;

  constructor(facts: ApiFailureFacts) {
    super("broken", `${facts.context} (${facts.server}): ${facts.request}: ${facts.what}`, facts.cure ?? cureOf(facts));
    this.failure = facts.kind;
    this.context = facts.context;
    this.server = facts.server;
    this.what = facts.what;
    this.status = facts.status;
    this.reason = facts.reason;
  }
}

function cureOf({ kind, context, server }: ApiFailureFacts): string {
  const kubectl = `kubectl --context ${shellQuote(context)}`;
  switch (kind) {
    case "refused":
      return `Check that the API server runs and that the kubeconfig has its present address: ${kubectl} version`;
    case "timeout":
    case "unreachable":
      return `Check the way to ${server} (VPN, firewall, proxy) and that the cluster is up: ${kubectl} version`;
    case "no-such-host":
      return `Check the name of the server in the kubeconfig and this machine's DNS: ${kubectl} version`;
    case "tls":
      return `Check certificate-authority and tls-server-name of this cluster in the kubeconfig, or fetch the kubeconfig again: ${kubectl} version`;
    case "proxy":
      return `Check proxy-url of this cluster in the kubeconfig: ${kubectl} version`;
    case "credentials":
    case "unauthorized":
      return `Log in again or fetch the kubeconfig again, then check with: ${kubectl} auth whoami`;
    case "forbidden":
      return `Ask for that permission; this lists what is allowed: ${kubectl} auth can-i --list`;
    case "not-kubernetes":
      return `Check the server's address in the kubeconfig; a login page or a proxy may stand before it: ${kubectl} version`;
    case "not-found":
    case "conflict":
    case "rejected":
      return `The message is the API server's own; look at the cluster with: ${kubectl} get events -A --sort-by .lastTimestamp`;
    case "reset":
    case "throttled":
    case "server-error":
      return `Look at the health of the API server, then run again: ${kubectl} get --raw '/readyz?verbose'`;
  }
}

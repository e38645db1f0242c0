/** Any Kubernetes object, as the API server sends it (dates are strings). */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    resourceVersion?: string;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

/** Names a resource: `{ apiVersion: "apps/v1", kind: "DaemonSet" }`. */
export interface ResourceKind {
  apiVersion: string;
  kind: string;
}

/** One Kubernetes API server behind one kubeconfig context, opened and found to answer. */
export interface Cluster {
  /** The kubeconfig context, to the letter. */
  readonly context: string;
  /** UID of the namespace kube-system: equal for two contexts exactly when they are the same cluster. */
  readonly uid: string;
  /** `v1.36.2`. */
  readonly version: string;
  /** Host and port of the API server, without credentials. */
  readonly server: string;

  /** All pages, in the server's order. Throws Diagnostic `broken`. A kind that the server does not know gives `[]`. */
  list<T extends KubeObject = KubeObject>(kind: ResourceKind, options?: ListOptions): Promise<T[]>;
  /** Undefined when the object does not exist. */
  get<T extends KubeObject = KubeObject>(kind: ResourceKind, name: string, namespace?: string): Promise<T | undefined>;
  /** Whether the server knows a kind. Throws Diagnostic `broken`. */
  serves(kind: ResourceKind): Promise<boolean>;
  /** Server-side apply with field manager `meshgate`, forced. Returns what the server stored. */
  apply<T extends KubeObject = KubeObject>(object: KubeObject): Promise<T>;
  /** Deletes in the background; an object that does not exist is no error. */
  remove(kind: ResourceKind, name: string, namespace?: string): Promise<void>;
  /** Last lines of a container's log; a log that is not there gives an empty text. */
  log(namespace: string, pod: string, options?: LogOptions): Promise<string>;
  /** Starts a command in a container; throws Diagnostic `broken` when the upgrade is refused. */
  exec(options: ExecOptions): Promise<ExecSession>;
  /** Closes connections. Never throws. */
  close(): Promise<void>;
}

export interface LogOptions {
  tailLines?: number;
  /** Of the container before its last restart. */
  previous?: boolean;
  /** Needed when the pod has several. */
  container?: string;
}

export interface ListOptions {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

export interface ExecOptions {
  namespace: string;
  pod: string;
  container: string;
  command: string[];
  signal?: AbortSignal;
}

/** A command that runs in a container. Output arrives as text chunks on the callbacks. */
export interface ExecSession {
  write(text: string): void;
  /** Ends stdin: a half-close on v5, the end of the session on v4. */
  endInput(): void;
  onOutput(listener: (chunk: string) => void): void;
  onErrorOutput(listener: (chunk: string) => void): void;
  /** Resolves once, never rejects. `exitCode` is absent when the stream ended without a status. */
  readonly closed: Promise<{ exitCode?: number; reason: string }>;
  /** Drops the connection at once. */
  abort(): void;
}

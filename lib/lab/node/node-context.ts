import type { AttachPod, Credentials, LabCluster, LabNode, Store } from "../model.ts";
import type { RecordPodEvent } from "./pod-events.ts";
import type { Prober } from "./probes/prober.ts";
import type { Workspace } from "./runtime/workspace.ts";

/** What all pods of a node share. */
export interface NodeContext {
  store: Store;
  node: LabNode;
  cluster: LabCluster;
  attachPod: AttachPod;
  credentials: Credentials;
  log: (line: string) => void;
  workspace: Workspace;
  prober: Prober;
  recordEvent: RecordPodEvent;
}

/** One thing that goes wrong in a lab, what it must turn red, and what a diagnosis must make of it. */
export interface Fault {
  /** In kebab-case, unique: `node-to-node-drop`. */
  id: string;
  /** A sentence in the present tense that is true while it is in place. */
  breaks: string;
  /** File of fixtures/lab, without its ending. Its names of clusters and nodes are those that steps and causes speak of. */
  topology: "two-regions" | "three-regions" | "dual-stack";
  /** How it is made and undone, in order; undone in the opposite one. */
  steps: Step[];
  /**
   * When: while agents run and before anything is asked; before anything is deployed (for what works on new objects only); or so long
   * after the asking began.
   */
  when?: "before-deployment" | { afterMs: number };
  /** Scenarios that are asked while it is in place: names, or whole suites. Those that must be red, and neighbours that could be mistaken. */
  asks: string[];
  /** What must fail, or for a fault that is no finding, be broken: each line at least once. */
  mustRed: PathPattern[];
  /** What must not fail, of what is asked; everything else that fails is reported as also red. */
  mustStayGreen: PathPattern[];
  /** `broken`: what must come out is that nobody could look. Default: findings. */
  verdict?: "findings" | "broken";
  /** Ids of causes (lib/diagnose/README.md) any of which is right; the first is the best. Empty only for a fault that is no finding. */
  causes: string[];
}

/** Names paths: of this scenario, and whose id matches. */
export interface PathPattern {
  scenario: string;
  /** Default: at least one of the scenario's paths (mustRed), or all of them (mustStayGreen). */
  id?: RegExp;
}

/** One change to a lab that is up. */
export type Step = NodeStep | ViewStep | ObjectStep | PodStep;

/**
 * Commands in the network of a node; the words of a command, or a text that `nft -f -` reads. Pods that are not there before a run are
 * named by their labels: @see fillIn. What undoes them must not name pods, which may be gone by then.
 */
export interface NodeStep {
  kind: "node";
  /** As the topology has it: `region-athens-worker`. */
  node: string;
  make: (Command | Program)[];
  undo: Command[];
}

export type Command = { nft: string } | { run: string[] };

/** A program that goes on until the step is undone; of each node at most one. */
export interface Program {
  program: string[];
}

/** What one of the lab's components sees is not what is there. */
export interface ViewStep {
  kind: "view";
  cluster: string;
  /** Absent: on all nodes, or a component that is on none. */
  node?: string;
  /** Of views/: `kube-proxy.no-service`. */
  view: string;
}

/** A change of an object by the API, with a merge patch each way. */
export interface ObjectStep {
  kind: "object";
  cluster: string;
  /** As in the API's paths: `v1/services`, `apps/v1/deployments`. */
  resource: string;
  /** `{run}`: that of the run that is under way; empty for an object that is in none. */
  namespace: string;
  name: string;
  make: object;
  undo: object;
}

/** A signal to the processes of pods, or their deletion. Undone by the signal CONT, or by nothing. */
export interface PodStep {
  kind: "pod";
  cluster: string;
  /** Of the run's pods: the role, and the node. */
  role: string;
  node?: string;
  make: "stop" | "kill-exec" | "evict";
}

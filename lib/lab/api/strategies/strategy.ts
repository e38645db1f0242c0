import type { KubeObject, Selection } from "../../model.ts";
import type { Resource } from "../registry/resource.ts";
import type { FieldError } from "../status-errors.ts";
import type { NodePortRange } from "./service-node-ports.ts";

/** A part of an object, as open as the object itself. */
export type Fields = KubeObject[string];

/** What a strategy may look at besides the object itself. */
export interface StrategyContext {
  resource: Resource;
  /** One of each family that Services may have; the first is the default. */
  serviceCidrs: string[];
  /** From where Services get node ports. */
  nodePorts: NodePortRange;
  list(resource: string, selection?: Selection): KubeObject[];
  /** Says whether there is such a resource at all. */
  serves(resource: string): boolean;
  get(resource: string, name: string, namespace?: string): KubeObject | undefined;
  /** The lab's own parts may bind pods and finalize namespaces with a plain update; clients of the REST API may not. */
  internal: boolean;
  nowText(): string;
}

/** What one resource does differently from the others. All functions change the given draft or throw; none writes. */
export interface Strategy {
  /** The status of a new object; none when left out. */
  initialStatus?(draft: KubeObject): Fields;
  /** Fills in what the client left out, on every write. */
  defaults?(draft: KubeObject): void;
  /** Before admission has seen a new object. */
  prepareCreate?(draft: KubeObject, context: StrategyContext): void;
  prepareUpdate?(draft: KubeObject, old: KubeObject, context: StrategyContext): void;
  /** Before a write to the status subresource is stored. */
  prepareStatus?(draft: KubeObject, old: KubeObject, context: StrategyContext): void;
  validate?(draft: KubeObject, context: StrategyContext): FieldError[];
  validateUpdate?(draft: KubeObject, old: KubeObject, context: StrategyContext): FieldError[];
  /** After validation and admission: takes addresses and ports that nothing else may take. */
  allocate?(draft: KubeObject, old: KubeObject | undefined, context: StrategyContext): FieldError[];
}

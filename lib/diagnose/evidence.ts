import type { Confirmed, EndpointFacts, Results } from "../report/path-result.ts";

export type { Confirmation, Confirmed, EndpointFacts } from "../report/path-result.ts";

/** All that a diagnosis goes by. */
export interface Evidence {
  /** The whole matrix: what passed counts as much as what failed. */
  results: Pick<Results, "clusters" | "paths" | "troubles">;
  /** What the API servers say about the Services that failed paths asked; empty when nobody looked. */
  endpoints: EndpointFacts[];
  /** Answers to what a first diagnosis wanted to know. */
  confirmed: Confirmed[];
}

import type { MatrixCluster } from "./matrix.ts";
import type { PackedPaths } from "./pack-paths.ts";

/** What the page's script finds in the page. */
export interface PageData {
  paths: PackedPaths;
  clusters: MatrixCluster[];
  /** Lists that buttons unfold, as indices of paths; a button's `data-list` is the index of its list. */
  lists: number[][];
}

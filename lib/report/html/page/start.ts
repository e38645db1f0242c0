import { unpackPaths } from "../pack-paths.ts";
import type { PageData } from "../page-data.ts";
import { liveLists } from "./live-lists.ts";
import { liveMatrix } from "./live-matrix.ts";
import { placeOf } from "./place-of.ts";
import { unfoldForPrint } from "./unfold-for-print.ts";

const { paths: packed, clusters, lists } = JSON.parse(placeOf("data").textContent) as PageData;
const paths = unpackPaths(packed);
const matrix = liveMatrix(paths, clusters);
liveLists(paths, lists);
unfoldForPrint(matrix);
// Shows what works by this script only, now that it does.
document.documentElement.classList.add("is-live");

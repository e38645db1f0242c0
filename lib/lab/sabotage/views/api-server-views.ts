import type { View } from "./view.ts";

/** What an API server may have been told wrongly. */
export const apiServerViews: View[] = [
  { name: "api-server.node-port-range", manner: { nodePorts: { first: 20_000, last: 22_767 } } },
];

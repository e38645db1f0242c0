import type { FaultRow } from "./sabotage-report.ts";

/** Scenarios that no fault of a lab can turn red, and why. */
export const exceptions: Record<string, string> = {
  "network-policy/cluster-label": "the lab has no CiliumNetworkPolicies, so that nothing of it is asked",
};

/** Names the scenarios that no fault turned red, but for those that none can, in their order. */
export function neverRed(scenarios: string[], rows: Pick<FaultRow, "scenarios" | "verdict">[]): string[] {
  const red = new Set(
    rows
      .filter(({ verdict }) => verdict === "findings")
      .flatMap((row) => Object.entries(row.scenarios).flatMap(([name, { failed }]) => (failed > 0 ? [name] : []))),
  );
  return scenarios.filter((name) => !red.has(name) && !Object.hasOwn(exceptions, name));
}

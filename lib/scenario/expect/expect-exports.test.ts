import { expect, test } from "vitest";
import { exportIs, importedFrom, notImported } from "./expect-exports.ts";
import type { Expectation } from "./expect.ts";
import { silence } from "../fixture.ts";

function saw({ judge }: Expectation, object?: Record<string, unknown>): string | undefined {
  const base = { apiVersion: "multicluster.x-k8s.io/v1alpha1", kind: "Any", metadata: { name: "exported" } };
  const judgement = judge({ ...silence("answered"), objects: object ? [{ ...base, ...object }] : [] });
  return judgement.kept ? undefined : judgement.saw;
}

const spec = { type: "ClusterSetIP", ips: ["10.1.0.9"], ports: [{ port: 80 }, { port: 81 }] };
const from = (...clusters: string[]) => ({ clusters: clusters.map((cluster) => ({ cluster })) });

test("an import is from all exporting clusters, with an address and all ports", () => {
  const wanted = importedFrom(["athens", "hurup"], [80, 81]);
  expect(wanted.text).toBe("a ServiceImport with an address and the ports 80, 81, from athens, hurup");
  expect(saw(wanted, { spec, status: from("hurup", "athens") })).toBeUndefined();
  expect(saw(wanted)).toBe("no ServiceImport");
  expect(saw(wanted, { spec, status: from("athens") })).toBe("a ServiceImport from athens");
  expect(saw(wanted, { spec, status: from("athens", "skagen") })).toBe("a ServiceImport from athens, skagen");
  expect(saw(wanted, { spec, status: {} })).toBe("a ServiceImport from no cluster");
  expect(saw(wanted, { spec: { ...spec, ips: [] }, status: from("athens", "hurup") })).toBe(
    "a ServiceImport without an address",
  );
  expect(saw(wanted, { spec: { ...spec, ports: [{ port: 80 }] }, status: from("athens", "hurup") })).toBe(
    "the ports 80",
  );
});

test("where the names of clusters are not known, their number counts", () => {
  const wanted = importedFrom([undefined, undefined], [80]);
  expect(wanted.text).toContain("from 2 clusters");
  expect(saw(wanted, { spec, status: from("one", "two") })).toBeUndefined();
  expect(saw(wanted, { spec, status: from("one") })).toBe("a ServiceImport from one");
});

test("no import is no object", () => {
  expect(saw(notImported())).toBeUndefined();
  expect(saw(notImported(), { spec })).toBe("a ServiceImport that is still there");
});

test("an export is valid, and in conflict only where it should be", () => {
  const conditions = (Valid: string, Conflict: string) => ({
    status: {
      conditions: [
        { type: "Valid", status: Valid, reason: "NoService", message: "no such Service" },
        { type: "Conflict", status: Conflict, reason: "PortConflict", message: "port http is 80" },
      ],
    },
  });
  expect(saw(exportIs("agreed"), conditions("True", "False"))).toBeUndefined();
  expect(saw(exportIs("agreed"), conditions("True", "True"))).toBe(
    "the condition Conflict is True (PortConflict: port http is 80)",
  );
  expect(saw(exportIs("agreed"), conditions("False", "False"))).toBe(
    "the condition Valid is False (NoService: no such Service)",
  );
  expect(saw(exportIs("in conflict"), conditions("True", "True"))).toBeUndefined();
  expect(saw(exportIs("in conflict"), { status: {} })).toBe("the condition Valid is not there");
  expect(saw(exportIs("agreed"))).toBe("no ServiceExport");
});

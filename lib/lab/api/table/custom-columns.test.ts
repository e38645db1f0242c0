import { expect, test } from "vitest";
import { customColumns } from "./custom-columns.ts";

test("columns of a custom resource follow their paths", () => {
  const object = {
    apiVersion: "example.org/v1",
    kind: "Widget",
    metadata: { name: "w", creationTimestamp: new Date().toISOString() },
    spec: { size: 3, tags: ["a", "b"] },
    status: {
      conditions: [
        { type: "Other", status: "False" },
        { type: "Ready", status: "True" },
      ],
    },
  };
  const columns = customColumns([
    { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: "Size", type: "integer", jsonPath: ".spec.size" },
    { name: "Tag", type: "string", jsonPath: ".spec.tags[1]", priority: 1 },
    { name: "None", type: "string", jsonPath: ".spec.none.deeper" },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
  ]);
  expect(columns.map(({ cell }) => cell(object))).toEqual(["w", "True", 3, "b", null, expect.stringMatching(/^\ds$/)]);
  expect(columns[3]?.wide).toBe(true);
});

test("a custom resource without columns shows its age", () => {
  expect(customColumns(undefined).map(({ name }) => name)).toEqual(["Name", "Age"]);
});

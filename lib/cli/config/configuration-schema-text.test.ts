import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { configurationSchemaText } from "./configuration-schema-text.ts";
import { parseConfiguration } from "./parse-configuration.ts";

const root = join(import.meta.dirname, "../../..");
const read = (name: string) => readFileSync(join(root, name), "utf8");

test("the published schema is the schema of the code, and describes every key", () => {
  const published = read("lib/cli/config/configuration-schema.json");
  expect(published, "out of step: run `node lib/cli/config/publish-schema.ts`").toBe(configurationSchemaText());
  const { properties } = JSON.parse(published) as { properties: Record<string, { description?: string }> };
  expect(Object.keys(properties).filter((key) => !properties[key]?.description)).toEqual([]);
});

test("the README's example is a configuration", () => {
  const example = /```yaml\n(?<text># yaml-language-server[^`]*)```/.exec(read("README.md"))?.groups?.["text"];
  expect(parseConfiguration(example ?? "", "README.md").values).toMatchObject({ contexts: expect.any(Array) as [] });
});

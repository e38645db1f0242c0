import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Stage, Status, type StepResult, type TestResult } from "allure-js-commons";
import { parseEnvInfo } from "allure-js-commons/sdk/reporter";
import { z } from "zod";
import { allureCategories } from "./categories.ts";

const details = z.strictObject({
  message: z.string().min(1).optional(),
  trace: z.string().min(1).optional(),
  known: z.boolean().optional(),
  flaky: z.boolean().optional(),
});
const attachment = z.strictObject({ name: z.string(), type: z.string(), source: z.string() });
const parameter = z.strictObject({ name: z.string(), value: z.string(), excluded: z.boolean().optional() });
const executable = {
  name: z.string().min(1),
  status: z.enum(Status),
  statusDetails: details,
  stage: z.enum(Stage),
  attachments: z.array(attachment),
  parameters: z.array(parameter),
  start: z.int().positive(),
  stop: z.int().positive(),
};
const step: z.ZodType<StepResult> = z.lazy(() => z.strictObject({ ...executable, steps: z.array(step) }));

/** A result as Allure's own types have it, and with nothing in it that those do not name but the flags of its details. */
const test: z.ZodType<TestResult & { statusDetails: z.infer<typeof details> }> = z.strictObject({
  ...executable,
  uuid: z.uuid(),
  historyId: z.string().length(32),
  testCaseId: z.string().length(32),
  fullName: z.string(),
  titlePath: z.array(z.string()),
  description: z.string(),
  labels: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  links: z.array(z.strictObject({ name: z.string(), url: z.url(), type: z.string() })),
  steps: z.array(step),
});

/** Reads a directory of Allure's results, and throws when a file is not as Allure's types have it, or names one that is missing. */
export function readAllureFiles(directory: string) {
  const names = readdirSync(directory).toSorted();
  const text = (name: string) => readFileSync(join(directory, name), "utf8");
  const tests = names.filter((name) => name.endsWith("-result.json")).map((name) => test.parse(JSON.parse(text(name))));
  for (const { source } of tests.flatMap((each) => each.attachments)) text(source);
  return {
    names,
    tests: tests.toSorted((one, other) => String(one.fullName).localeCompare(String(other.fullName))),
    environment: parseEnvInfo(text("environment.properties")),
    categories: z.array(z.custom<(typeof allureCategories)[number]>()).parse(JSON.parse(text("categories.json"))),
    text,
  };
}

/** Writes steps as an outline, with what they say of themselves. */
export function outline(steps: StepResult[], indent = ""): string[] {
  return steps.flatMap(({ name, status, parameters, steps: inner }) => [
    `${indent}${status}  ${name}`,
    ...parameters.map((each) => `${indent}  ${each.name}: ${each.value}`),
    ...outline(inner, `${indent}  `),
  ]);
}

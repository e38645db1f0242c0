import { expect, test } from "vitest";
import { runTool } from "./run-tool.ts";

test("tools print without colour and find the project's own programs first", async () => {
  const script = "console.log(process.env.NO_COLOR, process.env.FORCE_COLOR, process.env.X, process.env.PATH)";
  const options = { signal: new AbortController().signal, environment: { X: "x" } };
  const { output } = await runTool("/", [process.execPath, "--eval", script], options);
  expect(output).toMatch(/^1 undefined x \/node_modules\/\.bin:/);
});

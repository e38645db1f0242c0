import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { runCommand } from "./command.ts";

const directory = tmpdir();
const node = (script: string) => [process.execPath, "--eval", script];

test("a command that ends well is ok, with what it printed to either stream", async () => {
  const result = await runCommand(node("console.log('out'); process.stdout.write('', () => console.error('err'))"), {
    directory,
  });
  expect(result.ok).toBe(true);
  expect(result.output.split("\n").toSorted((left, right) => left.localeCompare(right))).toEqual(["", "err", "out"]);
});

test("a command that fails says how it ended", async () => {
  const result = await runCommand(node("console.log('why'); process.exitCode = 3"), { directory });
  expect(result).toEqual({ ok: false, output: `why\n${process.execPath} ended with 3\n` });
});

test("a command that is not there is not ok", async () => {
  expect(await runCommand(["no-such-program"], { directory })).toEqual({
    ok: false,
    output: "no-such-program ended with ENOENT\n",
  });
});

test("a command is stopped by the signal", async () => {
  const abort = new AbortController();
  const result = runCommand(node("setInterval(() => {}, 1000)"), { directory, signal: abort.signal });
  abort.abort();
  expect(await result).toMatchObject({ ok: false });
});

test("variables are added and taken away, and it runs where it is told to", async () => {
  const result = await runCommand(node("console.log(process.env.MESHGATE_X, 'HOME' in process.env, process.cwd())"), {
    directory: "/",
    environment: { MESHGATE_X: "x", HOME: undefined },
  });
  expect(result).toEqual({ ok: true, output: "x false /\n" });
});

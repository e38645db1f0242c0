import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";

const program = `
  const { onSignals } = await import(${JSON.stringify(join(import.meta.dirname, "signals.ts"))});
  const forget = onSignals({
    first: (signal) => console.log("first " + signal),
    second: () => "left behind: nothing",
  });
  process.stdin.once("data", () => { forget(); console.log("forgotten"); });
  console.log("ready");
`;

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s is told once and does not end the process", async (signal) => {
  const { say, kill, end } = start();
  expect(await say()).toBe("ready");
  kill(signal);
  expect(await say()).toBe(`first ${signal}`);
  kill("SIGKILL");
  expect(await end).toMatchObject({ signal: "SIGKILL", stderr: "" });
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "a second signal, %s, ends it at once and says what is left",
  async (signal) => {
    const { say, kill, end } = start();
    await say();
    kill("SIGINT");
    expect(await say()).toBe("first SIGINT");
    kill(signal);
    expect(await end).toEqual({ code: 130, signal: null, stderr: "left behind: nothing\n" });
  },
);

test("a hang-up is no reason to hurry, however often it is told", async () => {
  const { say, write, kill, end } = start();
  await say();
  kill("SIGHUP");
  expect(await say()).toBe("first SIGHUP");
  kill("SIGHUP");
  write("\n");
  expect(await say()).toBe("forgotten");
  kill("SIGTERM");
  expect(await end).toMatchObject({ code: null, signal: "SIGTERM", stderr: "" });
});

test("once forgotten, a signal ends the process as ever", async () => {
  const { say, write, kill, end } = start();
  await say();
  write("\n");
  expect(await say()).toBe("forgotten");
  kill("SIGTERM");
  expect(await end).toEqual({ code: null, signal: "SIGTERM", stderr: "" });
});

function start() {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: "pipe" });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  return {
    say: async () => (await lines.next()).value as string,
    write: (text: string) => child.stdin.write(text),
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    end: once(child, "close").then(([code, signal]) => ({ code: code as unknown, signal: signal as unknown, stderr })),
  };
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { isProcessAlive, thisProcess } from "./owner.ts";

test("this process is alive and says where", () => {
  const owner = thisProcess();
  expect(owner).toEqual({ host: hostname(), pid: process.pid, startTime: expect.stringMatching(/^\d+$/) as string });
  expect(isProcessAlive(owner)).toBe(true);
});

test("another process that uses the number again is not the owner", () => {
  const owner = thisProcess();
  expect(isProcessAlive({ ...owner, startTime: String(Number(owner.startTime) - 1) })).toBe(false);
});

test("a process that has ended is not alive", async () => {
  const child = spawn("true");
  const { pid } = child;
  await once(child, "exit");
  expect(isProcessAlive({ host: hostname(), pid: pid ?? 0, startTime: "1" })).toBe(false);
  expect(isProcessAlive({ host: hostname(), pid: pid ?? 0, startTime: "" })).toBe(false);
});

test("a process whose start is not known counts as alive", () => {
  expect(isProcessAlive({ ...thisProcess(), startTime: "" })).toBe(true);
});

test("a process that has ended and that its parent does not wait for is not alive", async () => {
  const parent = spawn("sh", ["-c", "sh -c 'echo $$' & exec tail -f /dev/null"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(line.toString());
    let stat = statOf(pid);
    while (stat[0] !== "Z") {
      await setImmediate();
      stat = statOf(pid);
    }
    expect(isProcessAlive({ host: hostname(), pid, startTime: stat[19] ?? "" })).toBe(false);
  } finally {
    parent.kill("SIGKILL");
  }
});

/** Fields of the kernel's status line from the third one, the state, on. */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

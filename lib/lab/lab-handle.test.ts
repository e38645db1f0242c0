import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { labKubeconfig } from "./kubeconfig.ts";
import { enter, handleFromStat, isAlive, labOf } from "./lab-handle.ts";

const own = handleFromStat(readFileSync("/proc/self/stat", "utf8"));

const config = (name: string) => ({
  clusters: [{ name, cluster: { server: "https://172.19.0.2:6443" } }],
  users: [{ name, user: {} }],
  contexts: [{ name, context: { cluster: name, user: name } }],
  "current-context": name,
});

describe("labOf", () => {
  it("finds the lab that a kubeconfig names", () => {
    const text = labKubeconfig([config("kind-one"), config("kind-two")], own);
    expect(labOf(text)).toEqual(own);
    expect(text).toContain("current-context: kind-one");
    expect(text.match(/server: https:/g)).toHaveLength(2);
  });

  it.each([
    "",
    "clusters: [",
    "clusters: 1",
    "- 1",
    "clusters: [null, { name: a }]",
    "clusters: [{ cluster: { server: x } }]",
  ])("finds none in %j", (text) => {
    expect(labOf(text)).toBeUndefined();
  });
});

describe("isAlive", () => {
  it("knows a process by its number and its start", () => {
    expect(isAlive(own)).toBe(true);
    expect(isAlive({ ...own, startTime: own.startTime + 1 })).toBe(false);
  });

  it("sees that a process has ended", async () => {
    const child = spawn("sleep", ["1000"]);
    await once(child, "spawn");
    const handle = handleFromStat(readFileSync(`/proc/${child.pid}/stat`, "utf8"));
    expect(isAlive(handle)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isAlive(handle)).toBe(false);
  });

  it("reads past a program's name, whatever that is", () => {
    const stat = `42 (a ) S (b) S 1 ${Array.from({ length: 17 }, (_, index) => index + 1).join(" ")} 777 0`;
    expect(handleFromStat(stat)).toEqual({ pid: 42, startTime: 777 });
  });
});

describe("enter", () => {
  it("leaves a command as it is for who is there already", () => {
    expect(enter(own, "ip", ["link"])).toEqual({ file: "ip", args: ["link"] });
  });

  it("throws for a lab that is gone", () => {
    expect(() => enter({ ...own, startTime: 1 }, "ip", [])).toThrow(`${own.pid} does not run`);
  });
});

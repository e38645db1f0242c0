import { describe, expect, it } from "vitest";
import { afterExit, afterStart, type ContainerRecord, inCrashBackOff, newRecord } from "./container-record.ts";
import { isInitialized, nextSteps, phaseOf } from "./pod-lifecycle.ts";
import type { PodSpec, RestartPolicy } from "./pod-spec.ts";

const now = 1_000_000;
type State = "new" | "running" | "ok" | "failed" | "failed twice" | "backing off";

function record(name: string, state: State): ContainerRecord {
  const fresh = newRecord(name, "node:24", "ContainerCreating");
  const probes = { startup: false, readiness: false };
  const running = afterStart(fresh, { containerID: "lab://1", image: "", imageID: "" }, probes, now - 1000);
  const failed = afterExit(running, 1, now);
  const again = afterExit({ ...failed, state: running.state }, 1, now);
  const states: Record<State, ContainerRecord> = {
    new: fresh,
    running,
    ok: afterExit(running, 0, now),
    failed,
    "failed twice": again,
    "backing off": inCrashBackOff(again, "p"),
  };
  return states[state];
}

/** Containers whose names begin with `i` are init containers. */
function pod(restartPolicy: RestartPolicy, states: Record<string, State>): [PodSpec, Map<string, ContainerRecord>] {
  const containers = Object.keys(states).map((name) => ({ name, image: "node:24" }));
  const spec = {
    restartPolicy,
    initContainers: containers.filter(({ name }) => name.startsWith("i")),
    containers: containers.filter(({ name }) => !name.startsWith("i")),
  };
  return [spec, new Map(Object.entries(states).map(([name, state]) => [name, record(name, state)]))];
}

const steps = (policy: RestartPolicy, states: Record<string, State>): string[] => {
  const [spec, records] = pod(policy, states);
  return nextSteps(spec, records, now).map((step) => {
    if (step.do === "wait") return `wait ${step.untilMs - now}`;
    return step.do === "finish" ? "finish" : `${step.do} ${step.container.name}`;
  });
};

describe("next steps", () => {
  it.each<[RestartPolicy, Record<string, State>, string[]]>([
    ["Always", { a: "new", b: "new" }, ["start a", "start b"]],
    ["Always", { a: "running", b: "running" }, []],
    ["Always", { a: "ok" }, ["start a"]],
    ["Always", { a: "failed", b: "running" }, ["start a"]],
    ["Always", { a: "failed twice" }, ["back off a", "wait 10000"]],
    ["Always", { a: "backing off" }, ["wait 10000"]],
    ["OnFailure", { a: "ok", b: "failed" }, ["start b"]],
    ["OnFailure", { a: "ok", b: "running" }, []],
    ["OnFailure", { a: "ok", b: "ok" }, ["finish"]],
    ["Never", { a: "failed", b: "running" }, []],
    ["Never", { a: "failed", b: "ok" }, ["finish"]],
  ])("%s %j: %j", (policy, states, expected) => {
    expect(steps(policy, states)).toEqual(expected);
  });

  it.each<[RestartPolicy, Record<string, State>, string[]]>([
    ["Always", { i1: "new", i2: "new", a: "new" }, ["start i1"]],
    ["Always", { i1: "running", i2: "new", a: "new" }, []],
    ["Always", { i1: "ok", i2: "new", a: "new" }, ["start i2"]],
    ["Always", { i1: "ok", i2: "ok", a: "new", b: "new" }, ["start a", "start b"]],
    ["Always", { i1: "failed", a: "new" }, ["start i1"]],
    ["Never", { i1: "failed", a: "new" }, ["finish"]],
  ])("init containers, %s %j: %j", (policy, states, expected) => {
    expect(steps(policy, states)).toEqual(expected);
  });
});

describe("phase", () => {
  it.each<[RestartPolicy, Record<string, State>, string]>([
    ["Always", { a: "new" }, "Pending"],
    ["Always", { a: "running", b: "new" }, "Pending"],
    ["Always", { a: "running", b: "backing off" }, "Running"],
    ["Always", { a: "backing off" }, "Running"],
    ["Always", { a: "ok" }, "Running"],
    ["OnFailure", { a: "ok" }, "Succeeded"],
    ["OnFailure", { a: "failed" }, "Running"],
    ["Never", { a: "ok", b: "failed" }, "Failed"],
    ["Never", { a: "ok", b: "running" }, "Running"],
    ["Always", { i1: "running", a: "new" }, "Pending"],
    ["Always", { i1: "failed", a: "new" }, "Pending"],
    ["Never", { i1: "failed", a: "new" }, "Failed"],
    ["Always", { i1: "ok", a: "running" }, "Running"],
  ])("%s %j is %s", (policy, states, expected) => {
    const [spec, records] = pod(policy, states);
    expect(phaseOf(spec, records)).toBe(expected);
  });

  it("is initialized when every init container has succeeded", () => {
    expect(isInitialized(...pod("Always", { i1: "ok", i2: "running", a: "new" }))).toBe(false);
    expect(isInitialized(...pod("Always", { i1: "ok", i2: "ok", a: "new" }))).toBe(true);
    expect(isInitialized(...pod("Always", { a: "new" }))).toBe(true);
  });
});

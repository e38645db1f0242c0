import { describe, expect, it } from "vitest";
import {
  afterExit,
  afterStart,
  afterStartError,
  backOffMs,
  type ContainerRecord,
  inCrashBackOff,
  inError,
  newRecord,
} from "./container-record.ts";

const fresh = newRecord("c", "node:24", "ContainerCreating");
const identity = { containerID: "lab://1", image: "docker.io/library/node:24", imageID: "sha256:1" };
const noProbes = { startup: false, readiness: false };
const at = Date.UTC(2026, 10, 21, 1, 26, 54);

/** Starts and ends a container so many times, each run one second long, as soon as it may. */
function crash(times: number): ContainerRecord {
  let record = fresh;
  for (let run = 0; run < times; run += 1) {
    const startMs = Math.max(record.retryAtMs, at);
    record = afterExit(afterStart(record, identity, noProbes, startMs), 1, startMs + 1000);
  }
  return record;
}

describe("a container that starts", () => {
  it("is ready at once without probes, and waits for those it has", () => {
    const states = [noProbes, { startup: false, readiness: true }, { startup: true, readiness: false }].map(
      (probes) => {
        const { started, ready } = afterStart(fresh, identity, probes, at);
        return { started, ready };
      },
    );
    expect(states).toEqual([
      { started: true, ready: true },
      { started: true, ready: false },
      { started: false, ready: false },
    ]);
  });

  it("counts as restarted only if it ran before", () => {
    expect(afterStart(fresh, identity, noProbes, at).restartCount).toBe(0);
    expect(afterStart(crash(1), identity, noProbes, at)).toMatchObject({
      restartCount: 1,
      lastTerminated: {
        exitCode: 1,
        reason: "Error",
        startedAt: "2026-11-21T01:26:54Z",
        finishedAt: "2026-11-21T01:26:55Z",
      },
    });
  });

  it("ends with 128 when its process cannot be made", () => {
    const failed = afterStartError(fresh, identity, "no such file", at);
    expect(failed).toMatchObject({
      state: {
        terminated: { exitCode: 128, reason: "StartError", message: "no such file", startedAt: "1970-01-01T00:00:00Z" },
      },
      restartCount: 0,
      retryAtMs: 0,
    });
    expect(afterStartError(failed, identity, "no such file", at)).toMatchObject({
      restartCount: 1,
      retryAtMs: at + 10_000,
    });
  });
});

describe("a container that ends again and again", () => {
  it.each([
    [1, 0],
    [2, 10_000],
    [3, 20_000],
    [4, 40_000],
    [7, 300_000],
    [9, 300_000],
  ])("waits after end %i for %i ms", (ends, waitMs) => {
    const record = crash(ends);
    const endMs = Date.parse("terminated" in record.state ? record.state.terminated.finishedAt : "");
    expect(Math.max(0, record.retryAtMs - endMs)).toBe(waitMs);
  });

  it("says how long it waits", () => {
    const messages = [2, 4, 9].map((ends) => {
      const { state } = inCrashBackOff(crash(ends), "p_ns(uid)");
      return "waiting" in state && state.waiting.message;
    });
    expect(messages).toEqual([
      "back-off 10s restarting failed container=c pod=p_ns(uid)",
      "back-off 40s restarting failed container=c pod=p_ns(uid)",
      "back-off 5m0s restarting failed container=c pod=p_ns(uid)",
    ]);
  });

  it("is forgiven after it has run for ten minutes", () => {
    const running = afterStart(crash(5), identity, noProbes, at);
    expect(afterExit(running, 1, at + 599_999).retryAtMs).toBeGreaterThan(at + 600_000);
    expect(afterExit(running, 1, at + 600_000)).toMatchObject({ retryAtMs: 0, failures: 1 });
  });

  it("does not carry the failures of its image over to its process", () => {
    const failing = inError(inError(fresh, "ErrImagePull", "no", at), "ImagePullBackOff", "no", at);
    expect(failing.failures).toBe(1);
    expect(afterStart(failing, identity, noProbes, at).failures).toBe(0);
  });
});

it("doubles a back-off from ten seconds to five minutes", () => {
  expect([0, 1, 4, 5, 60].map(backOffMs)).toEqual([10_000, 20_000, 160_000, 300_000, 300_000]);
});

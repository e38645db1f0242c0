import { describe, expect, it } from "vitest";
import type { Probe } from "../pod/pod-spec.ts";
import { runProbe } from "./probe-loop.ts";

describe("a probe", () => {
  const watched = (probe: Probe, isEager: boolean, failures: number) => {
    const told: string[] = [];
    const passed = Promise.withResolvers<void>();
    let asked = 0;
    const stop = runProbe({
      probe,
      isEager,
      ask: () => Promise.resolve((asked += 1) <= failures ? "not yet" : undefined),
      onFailure: (text) => told.push(text),
      onVerdict: (isPassed) => {
        told.push(String(isPassed));
        if (isPassed) passed.resolve();
      },
    });
    return { told, passed: passed.promise.finally(stop) };
  };

  it("that is eager asks again at once while its container is young, without counting that", async () => {
    const { told, passed } = watched({ periodSeconds: 3600 }, true, 2);
    await passed;
    expect(told).toEqual(["true"]);
  });

  it("counts every failure otherwise", async () => {
    const { told, passed } = watched({ periodSeconds: 0.01, failureThreshold: 2 }, false, 3);
    await passed;
    expect(told).toEqual(["not yet", "not yet", "false", "not yet", "true"]);
  });
});

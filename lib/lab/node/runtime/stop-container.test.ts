import { describe, expect, it } from "vitest";
import { stopContainer } from "./stop-container.ts";

/** A container that ends by the given signal; without one it ends by itself, at `end`. */
function container(endsBy?: "SIGTERM" | "SIGKILL") {
  const signals: string[] = [];
  const { promise: exited, resolve } = Promise.withResolvers<number>();
  const kill = (signal: "SIGTERM" | "SIGKILL"): void => {
    signals.push(signal);
    if (signal === endsBy) resolve(0);
  };
  const exec = (): never => {
    throw new Error("nothing is executed");
  };
  return { signals, running: { exited, kill, exec }, end: () => resolve(0) };
}

describe("stopping a container", () => {
  it("is done with SIGTERM when that suffices", async () => {
    const { signals, running } = container("SIGTERM");
    await stopContainer(running, 3_600_000);
    // The last one meets nobody.
    expect(signals).toEqual(["SIGTERM", "SIGKILL"]);
  });

  it("takes SIGKILL when the grace period is over", async () => {
    const { running, signals } = container("SIGKILL");
    const beganAtMs = Date.now();
    await stopContainer(running, 50);
    expect(Date.now() - beganAtMs).toBeGreaterThanOrEqual(49);
    expect(signals).toEqual(["SIGTERM", "SIGKILL"]);
  });

  it("runs the hook before anything else, and not without a grace period", async () => {
    const order: string[] = [];
    const { running } = container("SIGTERM");
    const hook = (): Promise<void> => Promise.resolve(void order.push("hook"));
    const kill = (signal: "SIGTERM" | "SIGKILL"): void => {
      order.push(signal);
      running.kill(signal);
    };
    await stopContainer({ ...running, kill }, 3_600_000, hook);
    expect(order.slice(0, 2)).toEqual(["hook", "SIGTERM"]);
    order.length = 0;
    const other = container("SIGKILL");
    await stopContainer(other.running, 0, hook);
    expect(order).toEqual([]);
  });

  it("does not wait for a hook of a container that has ended", async () => {
    const { running, end, signals } = container();
    const stopped = stopContainer(running, 3_600_000, () => new Promise(() => {}));
    expect(signals).toEqual([]);
    end();
    await stopped;
    expect(signals).toEqual(["SIGTERM", "SIGKILL"]);
  });
});

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { fileReporter } from "./file-reporter.ts";
import type { Results } from "./path-result.ts";
import { samplePath, sampleTrouble, startSample } from "./sample-run.ts";
import type { Writer } from "./writer.ts";

test("there is a version at the start, one for what changed in each interval, and one at the end", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    const { writer, versions } = recorder({ everyMs: 5000 });
    const report = startSample([fileReporter(writer, "somewhere")]);
    expect(versions).toEqual(["interrupted 0"]);
    for (const id of ["a", "b", "c"]) report.pathFinished(samplePath({ id }));
    expect(versions).toEqual(["interrupted 0"]);
    vi.advanceTimersByTime(5000);
    expect(versions).toEqual(["interrupted 0", "interrupted 3"]);
    vi.advanceTimersByTime(60_000);
    expect(versions).toHaveLength(2);
    report.pathFinished(samplePath({ id: "d" }));
    report.groupFinished({ scenario: "pods/pod-to-pod", group: "a -> b", durationMs: 1 });
    expect(versions).toEqual(["interrupted 0", "interrupted 3", "interrupted 4"]);
    await report.finish("completed");
    vi.advanceTimersByTime(60_000);
    expect(versions.slice(3)).toEqual(["passed 4"]);
  } finally {
    vi.useRealTimers();
  }
});

test("a writer that wants one version only has it at the end", async () => {
  const { writer, versions } = recorder({ everyMs: Infinity });
  const report = startSample([fileReporter(writer, "somewhere")]);
  report.pathFinished(samplePath({ id: "a" }));
  report.troubleFound(sampleTrouble);
  expect(versions).toEqual([]);
  await report.finish("completed");
  expect(versions).toEqual(["broken 1"]);
});

test("a writer that takes long is not called again meanwhile, and its last version is awaited", async () => {
  let inside = 0;
  const versions: string[] = [];
  const report = startSample([
    fileReporter(
      {
        name: "slow",
        output: "slow",
        everyMs: 0,
        async write({ paths }) {
          expect(++inside).toBe(1);
          await sleep(5);
          versions.push(String(paths.length));
          inside -= 1;
        },
      },
      "somewhere",
    ),
  ]);
  for (let n = 0; n < 50; n++) report.pathFinished(samplePath({ id: `p/${n}` }));
  await report.finish("completed");
  expect(versions.length).toBeLessThan(5);
  expect(versions.at(-1)).toBe("50");
});

test("what fails meanwhile is told at the end, once", async () => {
  const failing: Writer = { name: "x", output: "x.xml", everyMs: 0, write: () => Promise.reject(new Error("ENOSPC")) };
  const report = startSample([fileReporter(failing, "somewhere")]);
  report.pathFinished(samplePath({ id: "a" }));
  await sleep(1);
  report.pathFinished(samplePath({ id: "b" }));
  const { troubles } = await report.finish("completed");
  expect(troubles.map(({ message }) => message)).toEqual(["x.xml cannot be written: ENOSPC."]);
});

function recorder({ everyMs }: { everyMs: number }) {
  const versions: string[] = [];
  const write = ({ verdict, paths }: Results, directory: string) => {
    expect(directory).toBe("somewhere");
    versions.push(`${verdict} ${paths.length}`);
  };
  return { writer: { name: "spy", output: "spy", everyMs, write } satisfies Writer, versions };
}

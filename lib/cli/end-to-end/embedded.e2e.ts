import { readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { lastLine, startMeshgate } from "./test-command.ts";

test("without --context it starts a lab of its own, and ends it", async () => {
  const running = startMeshgate(["--suite", "environment", "--no-color"]);
  await running.printed(/^The lab is up after /m);
  const processes = descendants(running.child.pid ?? 0);
  expect(processes.size).toBeGreaterThan(5);
  const ended = await running.ended;
  expect(ended).toMatchObject({ exitCode: 0, stderr: "", results: { verdict: "passed", run: { lab: true } } });
  expect(ended.stdout).toMatch(
    /^No --context was given: this run is on the embedded lab of this machine, not on a cluster of yours\.\nThe lab is up after \d+\.\d s: kind-region-athens, kind-region-hurup\n\n/,
  );
  expect(lastLine(ended)).toMatch(/^4 passed, 0 failed, 0 broken, 0 skipped in /);
  expect([...processes].filter(isThere)).toEqual([]);
});

test("when it is killed, no process of its lab is left", async () => {
  const running = startMeshgate(["--suite", "services"]);
  await running.printed(/^ +\S+ -> \S+ +\d+ passed/m);
  const processes = descendants(running.child.pid ?? 0);
  expect(processes.size).toBeGreaterThan(20);
  running.child.kill("SIGKILL");
  await running.ended;
  while ([...processes].some(isThere)) await setTimeout(50);
});

/** `PID START` of all processes below this one, and of those that the kernel will count to it. */
function descendants(pid: number): Set<string> {
  const children = new Map<number, number[]>();
  for (const [id, { parent }] of table()) children.set(parent, [...(children.get(parent) ?? []), id]);
  const found = new Set<string>();
  const visit = (id: number) => {
    for (const child of children.get(id) ?? []) {
      found.add(`${child} ${statOf(child)?.start}`);
      visit(child);
    }
  };
  visit(pid);
  return found;
}

function isThere(process: string): boolean {
  const [pid, start] = process.split(" ");
  const stat = statOf(Number(pid));
  return stat !== undefined && stat.start === start && stat.state !== "Z";
}

function table(): [number, { parent: number }][] {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return ids.flatMap((id): [number, { parent: number }][] => {
    const stat = statOf(Number(id));
    return stat ? [[Number(id), stat]] : [];
  });
}

function statOf(pid: number): { state: string; parent: number; start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", parent: Number(fields[1]), start: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

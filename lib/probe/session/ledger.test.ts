import { expect, it } from "vitest";
import { notRun } from "../not-run.ts";
import { createLedger } from "./ledger.ts";

function ledgerAt() {
  const clock = { now: 0 };
  const ledger = createLedger(() => clock.now);
  const settled: string[] = [];
  const enter = (timeoutMs: number) => {
    const id: number = ledger.enter(timeoutMs, ({ detail }) => settled.push(`${id} ${detail}`));
    return id;
  };
  return { clock, ledger, settled, enter };
}

it("a probe is settled once", () => {
  const { ledger, settled, enter } = ledgerAt();
  const [first, second] = [enter(10), enter(10)];
  ledger.settle(second, notRun("answer"));
  ledger.settle(second, notRun("again"));
  ledger.settle(99, notRun("unknown"));
  ledger.drop("gone");
  ledger.drop("twice");
  expect(settled).toEqual([`${second} answer`, `${first} gone`]);
});

it("nothing is overdue while answers keep coming, however long the queue", () => {
  const { clock, ledger, enter } = ledgerAt();
  const ids = Array.from({ length: 100 }, () => enter(1000));
  for (const id of ids) {
    clock.now += 1400;
    expect(ledger.overdue(clock.now, 500)).toEqual([]);
    ledger.settle(id, notRun("answer"));
  }
});

it("everything is overdue when no answer comes for the longest time limit and the grace", () => {
  const { clock, ledger, enter } = ledgerAt();
  clock.now = 50_000;
  const ids = [enter(1000), enter(2000)];
  clock.now += 2500;
  expect(ledger.overdue(clock.now, 500)).toEqual([]);
  clock.now += 1;
  expect(ledger.overdue(clock.now, 500)).toEqual(ids);
});

it("one that was passed over is overdue though others are answered", () => {
  const { clock, ledger, enter } = ledgerAt();
  const lost = enter(1000);
  const next = () => ledger.settle(enter(1000), notRun("answer"));
  next();
  expect(ledger.overdue(clock.now, 500)).toEqual([]);
  clock.now += 1500;
  next();
  expect(ledger.overdue(clock.now, 500)).toEqual([]);
  clock.now += 1;
  expect(ledger.overdue(clock.now, 500)).toEqual([lost]);
});

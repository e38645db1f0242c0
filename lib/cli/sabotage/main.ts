import { createInterface } from "node:readline";
import { labStatus } from "../../lab/lab.ts";
import { exitNow } from "../exit-now.ts";
import { orderTaker } from "./carry-out.ts";
import { openLabSession } from "./lab-session.ts";
import type { Order } from "./messages.ts";

// One lab's process, started in its network by the command: reads an order a line, answers each with a line, and ends with its input.

const [, , stateDir = "", topology = "", ...names] = process.argv;
const lab = labStatus(stateDir);
if (!lab) throw new Error(`no lab runs in ${stateDir}`);
const { kubeconfigFile, contexts } = lab;
const { signal } = new AbortController();
const carryOut = orderTaker({
  access: lab,
  topology,
  names,
  open: (wanted) => openLabSession({ kubeconfigFile, contexts, names: wanted, signal }),
});

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await carryOut(JSON.parse(line) as Order);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
exitNow(0);

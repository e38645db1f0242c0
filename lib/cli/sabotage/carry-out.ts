import { faults } from "../../lab/sabotage/catalogue.ts";
import type { Fault } from "../../lab/sabotage/fault.ts";
import type { LabAccess } from "../../lab/sabotage/lab-access.ts";
import { faultsInPlace } from "../../lab/sabotage/make-fault.ts";
import { crewOf } from "./crews.ts";
import { diagnoseSightings } from "./diagnose-sightings.ts";
import { faultRow } from "./fault-row.ts";
import type { LabSession } from "./lab-session.ts";
import type { Answer, Order } from "./messages.ts";
import { forgiving } from "./paces.ts";
import { pairRow } from "./pair-row.ts";
import type { Healthy } from "./sabotage-report.ts";
import { tryAlone } from "./try-alone.ts";
import { messageOf, stopwatch, tryFaults } from "./try-faults.ts";

export interface Lab {
  access: LabAccess;
  topology: string;
  /** Scenarios and suites that orders can be about. */
  names: string[];
  /** Opens a session that has these scenarios, or all of these suites. Rejects with a Diagnostic. */
  open(names: string[]): Promise<LabSession>;
}

/** Carries out orders in one lab, one after another, with one session for all that it can serve. No call rejects. */
export function orderTaker(lab: Lab): (order: Order) => Promise<Answer> {
  let opened: Promise<LabSession> | undefined;
  const session = () => (opened ??= lab.open(lab.names));
  const options = { lab: lab.access, diagnose: diagnoseSightings };

  return async (order) => {
    try {
      if ("healthy" in order) return { healthy: await askHealthy(order.healthy), spoilt: false };
      if ("fault" in order) return await tryOne(faultOf(order.fault));
      const pair = order.pair.map(faultOf);
      const trial = await tryFaults(pair, await session(), options);
      return { pair: pairRow(pair, trial), spoilt: isSpoilt(trial) };
    } catch (error) {
      return { failed: messageOf(error), spoilt: true };
    }
  };

  async function tryOne(fault: Fault): Promise<Answer> {
    const trial = crewOf(fault).alone
      ? await tryAlone(fault, { ...options, open: lab.open })
      : await tryFaults([fault], await session(), options);
    return { fault: faultRow(fault, trial), spoilt: isSpoilt(trial) };
  }

  async function askHealthy(names: string[]): Promise<Healthy> {
    const asked = await session();
    const clock = stopwatch();
    const { paths } = await asked.ask(names, forgiving);
    return {
      topology: lab.topology,
      scenarios: [...new Set(paths.map(({ scenario }) => scenario))],
      paths: paths.length,
      findings: paths
        .filter(({ verdict }) => verdict !== "passed")
        .map(({ id, saw, reason }) => `${id}: ${reason ?? saw}`),
      durationMs: clock.total(),
    };
  }

  /** What it leaves behind would be taken for the work of the next fault. */
  function isSpoilt({ notUndone }: { notUndone: string[] }): boolean {
    return notUndone.length > 0 || faultsInPlace(lab.access).length > 0;
  }
}

function faultOf(id: string): Fault {
  const fault = faults.find((each) => each.id === id);
  if (!fault) throw new Error(`there is no fault ${id}`);
  return fault;
}

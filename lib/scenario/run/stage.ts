import type { PathResult } from "../../report/path-result.ts";
import { type Ask, converge, type Trial } from "./converge.ts";
import { observeDuring } from "./during.ts";
import type { Hands } from "../hands.ts";
import type { Pace } from "./pace.ts";
import type { Path } from "../path.ts";
import type { Group, Plan } from "./plan.ts";
import { excuse, type Witness } from "./excuse.ts";
import { pathResults } from "./result.ts";
import type { Act, Scenario } from "../scenario.ts";
import { rule } from "./verdict.ts";

/** Probes that one asker has in flight at once. More would measure the agent and the receivers' buffers instead of the network. */
export const concurrencyPerAsker = 16;

export interface StageOptions extends Pace {
  ask: Ask;
  hands: Hands;
  witness: Witness;
  signal: AbortSignal;
}

/** Runs the groups of a plan: those of one scenario's act side by side, its acts one after another. */
export interface Stage {
  /** Asks all paths of a group until each has its verdict, once its act has begun. Never rejects. */
  run(group: Group): Promise<PathResult[]>;
}

interface ActState {
  groups: Group[];
  left: number;
  ended: PromiseWithResolvers<void>;
  /** Resolves when the change is made, with the trials of the paths that were asked meanwhile, or why it could not be made. */
  begun: Promise<{ during: Trial[]; failure?: string }> | undefined;
}

/** Prepares a stage for a plan. Every group of the plan must be run, or later acts of its scenario wait for ever. */
export function createStage({ groups }: Pick<Plan, "groups">, options: StageOptions): Stage {
  const acts = new Map<Act, ActState>();
  const before = new Map<Act, Act>();
  const trials = new Map<Scenario, Map<Path, Trial>>();
  for (const [scenario, ofScenario] of Map.groupBy(groups, (group) => group.scenario)) {
    trials.set(scenario, new Map());
    let last: Act | undefined;
    for (const [act, ofAct] of Map.groupBy(ofScenario, (group) => group.act)) {
      acts.set(act, { groups: ofAct, left: ofAct.length, ended: Promise.withResolvers(), begun: undefined });
      if (last) before.set(act, last);
      last = act;
    }
  }

  return {
    async run(group) {
      const { scenario, act, paths } = group;
      const state = acts.get(act);
      const known = trials.get(scenario);
      if (!state || !known) throw new Error(`${scenario.name} is not in the plan of this stage`);
      const previous = before.get(act);
      if (previous) await acts.get(previous)?.ended.promise;
      const { during, failure } = await (state.begun ??= begin(act, state));
      const asked = paths.filter((path) => !path.during);
      const later =
        failure === undefined
          ? await converge(asked, { ...options, afterChange: act.change !== undefined })
          : asked.map((path) => lostTrial(path, failure));
      const ofGroup = [...during.filter(({ path }) => paths.includes(path)), ...later];
      for (const trial of ofGroup) known.set(trial.path, trial);
      await Promise.all(ofGroup.filter(mayBeExcused).map((trial) => excuse(trial, options)));
      state.left -= 1;
      if (state.left === 0) state.ended.resolve();
      return pathResults(scenario, act.name, ofGroup, known);
    },
  };

  async function begin(act: Act, { groups: ofAct }: ActState): Promise<{ during: Trial[]; failure?: string }> {
    const steady = ofAct.flatMap(({ paths }) => paths.filter((path) => path.during));
    const change = act.change?.bind(act);
    if (options.signal.aborted || !change) return { during: [] };
    let failure: string | undefined;
    const changing = change(options.hands).catch((error: unknown) => {
      failure = `the change "${act.name}" could not be made: ${error instanceof Error ? error.message : "unknown error"}`;
    });
    const during = await observeDuring(steady, changing, options);
    await changing;
    return failure === undefined
      ? { during }
      : { during: steady.map((path) => lostTrial(path, String(failure))), failure };
  }
}

function lostTrial(path: Path, lost: string): Trial {
  const now = performance.now();
  return { path, attempts: [], lost, startedMs: now, endedMs: now };
}

/** What failed, and silence that is promised: both can be the fault of a pod. */
function mayBeExcused(trial: Trial): boolean {
  return trial.path.expect.denial || rule(trial, undefined).verdict === "failed";
}

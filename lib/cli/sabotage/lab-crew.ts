import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { formatDuration } from "../../base/duration.ts";
import { enter, startLab } from "../../lab/lab.ts";
import type { Crew } from "./crews.ts";
import type { Answer, Order } from "./messages.ts";

const topologies = join(import.meta.dirname, "../../../fixtures/lab");
/** An order that takes longer has lost its way. */
const orderLimitMs = 180_000;

/** A lab with a process in its network that carries out orders. */
export interface LabCrew {
  /** Never rejects. */
  carryOut(order: Order): Promise<Answer>;
  /** Ends the lab and all that runs in it. Never rejects. */
  end(): Promise<void>;
}

/** Starts a lab and its process, in which these scenarios, or all of these suites, can be asked. Throws Diagnostic; after the signal everything of it ends. */
export async function startLabCrew({ topology }: Crew, names: string[], signal: AbortSignal): Promise<LabCrew> {
  const stateDir = mkdtempSync(join(tmpdir(), "meshgate-sabotage-"));
  try {
    const lab = await startLab({ topologyFile: join(topologies, `${topology}.yaml`), stateDir, signal });
    const program = [process.execPath, join(import.meta.dirname, "main.ts"), stateDir, topology, ...names];
    const { file, args } = enter(lab.handle, "setpriv", ["--pdeathsig", "KILL", "--", ...program]);
    // Out of the terminal's process group: Ctrl-C is for the command, which ends the lab.
    const child = spawn(file, args, { detached: true, stdio: ["pipe", "pipe", "inherit"] });
    const gone = once(child, "exit").catch(() => {});
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stdin.on("error", () => {});
    const end = async () => {
      signal.removeEventListener("abort", kill);
      kill();
      await gone;
      await lab.stop();
      rmSync(stateDir, { recursive: true, force: true });
    };
    const kill = () => void child.kill("SIGKILL");
    signal.addEventListener("abort", kill);
    return {
      async carryOut(order) {
        child.stdin.write(`${JSON.stringify(order)}\n`);
        let lost = "the process in the lab ended without an answer";
        const late = setTimeout(() => {
          lost = `it was given up after ${formatDuration(orderLimitMs)}`;
          kill();
        }, orderLimitMs);
        const { done, value } = await answers.next();
        clearTimeout(late);
        if (done === true) return { failed: lost, spoilt: true };
        return JSON.parse(value) as Answer;
      },
      end,
    };
  } catch (error) {
    rmSync(stateDir, { recursive: true, force: true });
    throw error;
  }
}

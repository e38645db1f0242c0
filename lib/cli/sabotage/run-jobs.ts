import { type Crew, dealJobs, isSameCrew, type Job } from "./crews.ts";
import type { LabCrew } from "./lab-crew.ts";
import type { Answer } from "./messages.ts";

export interface RunJobsOptions {
  /** Labs that run side by side at most. */
  mostLabs: number;
  /** Starts a lab in which these scenarios, or all of these suites, can be asked. */
  start(crew: Crew, names: string[]): Promise<LabCrew>;
  /** Hears of each job as it ends. */
  onAnswer(job: Job, answer: Answer): void;
  signal: AbortSignal;
}

/**
 * Carries out jobs in labs side by side, each job once. A lab that is not as it was is ended, and another one takes over. Resolves with how
 * many labs ran at once at most. Rejects when a lab cannot be started.
 */
export async function runJobs(jobs: Job[], { mostLabs, start, onAnswer, signal }: RunJobsOptions): Promise<number> {
  const dealt = dealJobs(jobs);
  let running = 0;
  let most = 0;
  await Promise.all(Array.from({ length: mostLabs }, runLabs));
  return most;

  async function runLabs(): Promise<void> {
    for (let crew = nextCrew(); crew; crew = nextCrew()) {
      most = Math.max(most, ++running);
      try {
        await runLab(crew);
      } finally {
        running -= 1;
        dealt.ended(crew);
      }
    }
  }

  function namesOf(crew: Crew): string[] {
    const own = jobs.filter((job) => isSameCrew(job.crew, crew));
    return [...new Set(own.flatMap(({ names }) => names))];
  }

  function nextCrew(): Crew | undefined {
    return signal.aborted ? undefined : dealt.start();
  }

  async function runLab(crew: Crew): Promise<void> {
    const lab = await start(crew, namesOf(crew));
    try {
      for (let job = dealt.take(crew); job; job = dealt.take(crew)) {
        const answer = await lab.carryOut(job.order);
        if (signal.aborted) return;
        onAnswer(job, answer);
        if (answer.spoilt) return;
      }
    } finally {
      await lab.end();
    }
  }
}

import { type Crew, dealJobs, type Job } from "./crews.ts";
import type { LabCrew } from "./lab-crew.ts";
import type { Answer } from "./messages.ts";

export interface RunJobsOptions {
  /** Labs that run side by side at most. */
  mostLabs: number;
  start(crew: Crew): Promise<LabCrew>;
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

  function nextCrew(): Crew | undefined {
    return signal.aborted ? undefined : dealt.start();
  }

  async function runLab(crew: Crew): Promise<void> {
    const lab = await start(crew);
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

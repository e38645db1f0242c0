/**
 * The conversation between the vitest workers, where the suites are tests, and the main thread, where clusters, agents and
 * results live. A worker asks for one scenario and pair of clusters and learns how it ended.
 */
export interface GroupOutcome {
  verdict: "passed" | "failed" | "broken" | "skipped";
  /** Findings or reasons, for the test's message. */
  message: string;
}

/** What a worker is told at its start: which groups each scenario has. */
export interface PlannedGroup {
  scenario: string;
  pair: string;
  count: number;
  skip?: string;
}

type Question = { id: string; scenario: string; pair: string };
type Answer = { answerTo: string } & GroupOutcome;

/** Answers workers until closed. `run` must not reject. */
export function serveGroups(name: string, run: (scenario: string, pair: string) => Promise<GroupOutcome>): () => void {
  const channel = new BroadcastChannel(name);
  channel.addEventListener("message", (event) => {
    const data = dataOf(event);
    if (!isQuestion(data)) return;
    void run(data.scenario, data.pair).then((outcome) => {
      channel.postMessage({ answerTo: data.id, ...outcome } satisfies Answer);
    });
  });
  return () => channel.close();
}

/** Asks the main thread to run one group. */
export function groupClient(name: string): (scenario: string, pair: string) => Promise<GroupOutcome> {
  const channel = new BroadcastChannel(name);
  channel.unref();
  const waiting = new Map<string, (outcome: GroupOutcome) => void>();
  channel.addEventListener("message", (event) => {
    const data = dataOf(event);
    if (!isAnswer(data)) return;
    waiting.get(data.answerTo)?.({ verdict: data.verdict, message: data.message });
    waiting.delete(data.answerTo);
  });
  return (scenario, pair) => {
    const { promise, resolve } = Promise.withResolvers<GroupOutcome>();
    const id = JSON.stringify([scenario, pair]);
    waiting.set(id, resolve);
    channel.postMessage({ id, scenario, pair } satisfies Question);
    return promise;
  };
}

function dataOf(event: Event): unknown {
  return "data" in event ? event.data : undefined;
}

function isQuestion(data: unknown): data is Question {
  return typeof data === "object" && data !== null && "scenario" in data && "pair" in data;
}

function isAnswer(data: unknown): data is Answer {
  return typeof data === "object" && data !== null && "answerTo" in data;
}

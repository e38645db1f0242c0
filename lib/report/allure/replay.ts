import { createHash } from "node:crypto";
import { type Attachment, Stage, Status, type StatusDetails, type TestResult } from "allure-js-commons";
import type { RuntimeMessage } from "allure-js-commons/sdk";
import AllureVitestReporter from "allure-vitest/reporter";
import type { AllureFile, AllureStep, AllureTest, AllureText } from "./allure-test.ts";
import type { AllureCategory } from "./categories.ts";

/** What is written besides tests. */
export interface ReplayFrame {
  /** Tells the results of one run from those of another. */
  run: string;
  environment: Record<string, string>;
  categories: AllureCategory[];
  /** Shown above all tests. */
  errors: string[];
  texts: AllureText[];
}

const statuses = { passed: Status.PASSED, failed: Status.FAILED, broken: Status.BROKEN, skipped: Status.SKIPPED };

/** Labels by which the package names the machine, and ids that depend on where the project lies on it. */
const ofThisMachine = new Set(["host", "thread", "package", "_fallbackTestCaseId"]);

/**
 * Writes tests into a directory through the reporter of allure-vitest: hands it one file of vitest tests that have ended as given, each
 * with the messages that the API of Allure leaves in a test.
 *
 * What the reporter drops, guesses or takes from the machine is put right by its own hook, before a result is written. Throws the system's
 * error when something cannot be written.
 */
export function replay(tests: AllureTest[], directory: string, frame: ReplayFrame): void {
  const byId = new Map(tests.map((test) => [hash(test.id), test]));
  const failures: unknown[] = [];
  const reporter = new AllureVitestReporter({
    resultsDir: directory,
    environmentInfo: frame.environment,
    categories: frame.categories.map(({ matchedStatuses, ...category }) => ({
      ...category,
      matchedStatuses: matchedStatuses.map((status) => statuses[status]),
    })),
    reportMatchers: false,
    listeners: [{ beforeTestResultWrite: finish }],
  });
  const attachments = new Map<string, Attachment>();
  reporter.onInit({ projects: [] } as unknown as Parameters<AllureVitestReporter["onInit"]>[0]);
  const task = vitestFile(tests, [...frame.errors.map(globalError), ...frame.texts.map(globalText)]);
  reporter.onTestRunEnd([{ task }] as unknown as Parameters<AllureVitestReporter["onTestRunEnd"]>[0]);
  if (failures.length > 0) throw failures[0];

  // The package prints what a hook throws, and goes on.
  function finish(result: TestResult): void {
    try {
      const test = byId.get(result.testCaseId ?? "");
      if (!test) throw new Error(`Allure tells of a test that is not there: ${result.name}`);
      putRight(result, test, frame.run);
      shareEvidence(result, test);
    } catch (error) {
      failures.push(error);
    }
  }

  /** Lets all tests that a file is evidence for name the one copy of it. */
  function shareEvidence(result: TestResult, { evidence }: AllureTest): void {
    for (const { path, name } of evidence) {
      const shared = attachments.get(path);
      const own = result.attachments.find((attachment) => attachment.name === name);
      if (shared) result.attachments.push(shared);
      else if (own) attachments.set(path, own);
    }
  }
}

function putRight(result: TestResult, test: AllureTest, run: string): void {
  result.uuid = uuidOf(`${run} ${test.id}`);
  result.name = test.name;
  result.fullName = test.id;
  result.titlePath = test.suites;
  result.start = Math.round(test.startMs);
  result.stop = Math.round(test.startMs + test.durationMs);
  result.status = statuses[test.status];
  result.stage = Stage.FINISHED;
  result.statusDetails = detailsOf(test);
  result.labels = result.labels.filter(
    (label) =>
      !ofThisMachine.has(label.name) ||
      test.labels.some(({ name, value }) => name === label.name && value === label.value),
  );
}

/** Allure reads more of the details than the package declares. */
function detailsOf({ message, trace, known, flaky }: AllureTest): StatusDetails {
  return {
    ...(message === undefined ? {} : { message }),
    ...(trace === undefined ? {} : { trace }),
    ...(known ? { known } : {}),
    ...(flaky ? { flaky } : {}),
  };
}

/** A file of tests, as vitest hands it to its reporters when a run has ended. */
function vitestFile(tests: AllureTest[], globals: RuntimeMessage[]): object {
  const copied = new Set<string>();
  const tasks = tests.map((test, index) => ({
    type: "test",
    mode: "run",
    name: test.name,
    suite: suiteOf(test.suites),
    file: { filepath: "" },
    meta: {
      allureRuntimeMessages: messagesOf(test, copied),
      ...(index === 0 ? { allureGlobalRuntimeMessages: globals } : {}),
    },
    result: {
      state: { passed: "pass", failed: "fail", broken: "fail", skipped: "skip" }[test.status],
      startTime: test.startMs,
      duration: test.durationMs,
      errors: test.message === undefined ? [] : [{ message: test.message }],
    },
  }));
  return { type: "suite", mode: "run", name: "", meta: {}, tasks };
}

function suiteOf(names: string[]): object | undefined {
  return names.reduce<object | undefined>((suite, name) => ({ name, suite }), undefined);
}

function messagesOf(test: AllureTest, copied: Set<string>): RuntimeMessage[] {
  const { id, labels, links, parameters, description, severity, steps, attachments, evidence, startMs } = test;
  const files = evidence.filter(({ path }) => !copied.has(path));
  for (const { path } of files) copied.add(path);
  return [
    {
      type: "metadata",
      data: {
        testCaseId: hash(id),
        historyId: hash(id),
        labels: [...labels, { name: "severity", value: severity }],
        links,
        parameters,
        description,
      },
    },
    ...steps.flatMap((step) => stepMessages(step, startMs)),
    ...attachments.map((text): RuntimeMessage => ({ type: "attachment_content", data: contentOf(text) })),
    ...files.map(({ name, contentType, path }: AllureFile): RuntimeMessage => ({
      type: "attachment_path",
      data: { name, contentType, path },
    })),
  ];
}

function stepMessages(step: AllureStep, startMs: number): RuntimeMessage[] {
  const { name, status, message, durationMs, parameters, steps } = step;
  return [
    { type: "step_start", data: { name, start: startMs } },
    ...(parameters.length > 0 ? [{ type: "step_metadata" as const, data: { parameters } }] : []),
    ...steps.flatMap((inner) => stepMessages(inner, startMs)),
    {
      type: "step_stop",
      data: {
        stop: startMs + durationMs,
        status: statuses[status],
        ...(message === undefined ? {} : { statusDetails: { message } }),
      },
    },
  ];
}

function globalError(message: string): RuntimeMessage {
  return { type: "global_error", data: { message } };
}

function globalText(text: AllureText): RuntimeMessage {
  return { type: "global_attachment_content", data: contentOf(text) };
}

function contentOf({ name, contentType, text }: AllureText) {
  return { name, contentType, content: text, encoding: "utf8" as const };
}

/** The kind of id that Allure makes out of names by itself. */
function hash(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

/** A UUID of version 8, which is made as whoever makes it likes. */
function uuidOf(text: string): string {
  return hash(text).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-8$3-8$4-$5");
}

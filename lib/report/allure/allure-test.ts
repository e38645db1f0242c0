import type { Label, Link, Parameter, Severity, Status } from "allure-js-commons";

/** What one test of an Allure report says. Times are in milliseconds since the epoch, and lengths of it. */
export interface AllureTest {
  /** Equal from run to run: what history goes by. Two tests of one report never share it. */
  id: string;
  name: string;
  /** parentSuite, suite and subSuite. */
  suites: string[];
  status: `${Status}`;
  /** Why it has not passed: every path that has not, one a line. */
  message?: string;
  /** The same at length. */
  trace?: string;
  /** True when known issues cover all that failed. */
  known: boolean;
  flaky: boolean;
  startMs: number;
  durationMs: number;
  severity: `${Severity}`;
  labels: Label[];
  links: Link[];
  parameters: Parameter[];
  /** Markdown. */
  description: string;
  steps: AllureStep[];
  attachments: AllureText[];
  evidence: AllureFile[];
}

export interface AllureStep {
  name: string;
  status: `${Status}`;
  message?: string;
  durationMs: number;
  parameters: Parameter[];
  steps: AllureStep[];
}

/** A text to attach. */
export interface AllureText {
  name: string;
  contentType: string;
  text: string;
}

/** A file to attach. */
export interface AllureFile {
  name: string;
  contentType: string;
  path: string;
}

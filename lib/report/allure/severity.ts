import type { Severity } from "allure-js-commons";

/** What nearly every other claim rests on: pods reach pods, and Services by address and by name. */
const foundations = ["pod-to-pod", "services", "service-dns"];

/** Gives the severity of a suite's tests: critical for what nearly every other claim rests on, else normal. */
export function severityOf(suite: string): `${Severity}` {
  return foundations.includes(suite) ? "critical" : "normal";
}

import { expect, test } from "vitest";
import type { KubeObject } from "../../model.ts";
import { podColumns } from "./pod-columns.ts";

const show = (status: object, spec: object = {}, metadata: object = {}) => {
  const pod: KubeObject = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", ...metadata },
    spec: { containers: [{ name: "c" }], ...spec },
    status,
  };
  return podColumns
    .slice(1, 4)
    .map(({ cell }) => cell(pod))
    .join(" ");
};
const state = (of: object, more: object = {}) => ({
  containerStatuses: [{ name: "c", restartCount: 0, state: of, ...more }],
});

test.for([
  [{ phase: "Pending" }, "0/1 Pending 0"],
  [{ phase: "Running", ...state({ running: {} }, { ready: true }) }, "1/1 Running 0"],
  [{ phase: "Pending", ...state({ waiting: { reason: "ImagePullBackOff" } }) }, "0/1 ImagePullBackOff 0"],
  [
    { phase: "Running", ...state({ waiting: { reason: "CrashLoopBackOff" } }, { restartCount: 3 }) },
    "0/1 CrashLoopBackOff 3",
  ],
  [{ phase: "Succeeded", ...state({ terminated: { exitCode: 0, reason: "Completed" } }) }, "0/1 Completed 0"],
  [{ phase: "Failed", ...state({ terminated: { exitCode: 3 } }) }, "0/1 ExitCode:3 0"],
  [{ phase: "Failed", reason: "Evicted" }, "0/1 Evicted 0"],
] as const)("%j shows %s", ([status, line]) => {
  expect(show(status)).toBe(line);
});

test("an initial container that has not ended shows how far it is", () => {
  const initContainers = [{ name: "i" }, { name: "j" }];
  const initContainerStatuses = [
    { name: "i", state: { terminated: { exitCode: 0 } } },
    { name: "j", state: { running: {} } },
  ];
  expect(show({ phase: "Pending", initContainerStatuses }, { initContainers })).toBe("0/1 Init:1/2 0");
});

test("a pod that is being deleted says so", () => {
  expect(show({ phase: "Running" }, {}, { deletionTimestamp: "2026-11-21T00:00:00Z" })).toBe("0/1 Terminating 0");
});

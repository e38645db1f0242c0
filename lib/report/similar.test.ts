import { expect, test } from "vitest";
import { samplePath, samplePaths } from "./sample-run.ts";
import { similarFindings } from "./similar.ts";

test("alike findings are counted, different ones are not hidden behind them, failed ones come first", () => {
  const failed = { verdict: "failed", outcome: "timeout" } as const;
  const paths = [
    ...samplePaths,
    ...Array.from({ length: 5 }, (_, n) => samplePath({ id: `timeout/${n}`, ...failed })),
    samplePath({ id: "refused", verdict: "failed", outcome: "refused" }),
    samplePath({ id: "other-pair", ...failed, group: "x -> y" }),
  ];
  const found = similarFindings(paths);
  expect(found.map(({ shown, more }) => [...shown.map(({ id }) => id), more])).toEqual([
    ["pods/pod-to-pod/b/http", "refused", 0],
    ["pods/pod-to-pod/c/http", "timeout/0", "timeout/1", 3],
    ["services/nodeport/worker-2/forwards", 0],
    ["other-pair", 0],
    ["services/nodeport/worker-1/forwards-nothing-else", 0],
  ]);
});

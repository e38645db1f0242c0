import { expect, test } from "vitest";
import type { PathResult, Way } from "../report/path-result.ts";
import { bisect, ladder } from "./bisect.ts";

const pods = ["worker", "worker2"].map((node) => ({ cluster: "athens", node, name: "echo" }));
const rungs = Object.keys(ladder) as (keyof typeof ladder)[];

/** A path of the pod on worker to all of `pods`, or at the lowest rung to one of them; it passes unless told otherwise. */
function asked(rung: Way["rung"], fields: Partial<PathResult> = {}, way: Partial<Way> = {}): PathResult {
  const backends = rung === "pod" ? pods.slice(0, 1) : pods;
  return {
    id: `${rung}/http`,
    scenario: rung,
    suite: rung,
    claim: "it answers",
    group: "athens -> athens",
    title: rung,
    from: { cluster: "athens", node: "worker", name: "client" },
    to: { cluster: "athens", name: "echo" },
    protocol: "tcp/http",
    verdict: "passed",
    flap: false,
    outcome: "answered",
    expected: "an answer from athens/worker/echo",
    saw: "an answer from athens/worker/echo",
    way: {
      rung,
      denial: false,
      fromNode: "worker",
      service: "run/echo",
      backends,
      eachBackend: false,
      ...(rung === "name" || rung === "ingress" ? { looksUp: "echo" } : {}),
      ...way,
    },
    attempts: { total: 8, asExpected: 8 },
    timings: { totalMs: 1 },
    ...fields,
  };
}

const silent = { verdict: "failed", outcome: "timeout", saw: "timeout; 5 of 5 attempts in 30.0 s" } as const;
const wrong = { verdict: "failed", outcome: "answered", saw: "an answer from athens/worker2/other; 5 of 5" } as const;
const absent = {
  verdict: "failed",
  outcome: "answered",
  saw: "no answer from athens/worker2/echo in 40 answers",
} as const;
const rungOf = (paths: PathResult[], id: string) => bisect(paths).find(({ path }) => path === id)?.rung;
const textOf = (paths: PathResult[], id: string) => bisect(paths).find(({ path }) => path === id)?.text;

const isByAddress = (rung: string) => rung === "node-port" || rung === "load-balancer";

test.for(rungs)("where all from %s upwards is silent, it is the first broken rung of all of them", (lowest) => {
  const index = rungs.indexOf(lowest);
  const paths = rungs.map((rung, at) => asked(rung, at >= index ? silent : {}));
  expect(bisect(paths).map(({ path, rung }) => [path, rung])).toEqual(
    rungs
      .slice(index)
      // Nobody looks a name up who asks a node port or a load balancer.
      .map((rung) => [`${rung}/http`, lowest === "name" && isByAddress(rung) ? "node-port" : lowest]),
  );
});

test("what answers below is told, and what was not asked", () => {
  const all = [asked("pod"), asked("cluster-address"), asked("name", silent)];
  expect(textOf(all, "name/http")).toBe("pod address and cluster address answer, name does not");
  const gap = [asked("pod"), asked("ingress", silent)];
  expect(textOf(gap, "ingress/http")).toBe(
    "pod address answers, ingress does not; not asked from there: cluster address, name, node port, load balancer",
  );
});

test("below a pod's own address there is nothing to ask", () => {
  expect(bisect([asked("pod", silent)])).toEqual([
    { path: "pod/http", rung: "pod", text: "pod address does not answer" },
  ]);
});

test("nothing is said where nothing below was asked, of denials, and of what is no way into a workload", () => {
  expect(bisect([asked("node-port", silent)])).toEqual([]);
  expect(bisect([asked("pod"), asked("cluster-address", silent, { denial: true })])).toEqual([]);
  expect(bisect([asked("pod"), asked("dns", silent)])).toEqual([]);
  const broken = asked("pod", { verdict: "broken", outcome: "not-run" });
  expect(bisect([broken, asked("cluster-address", silent)])).toEqual([]);
});

test("one backend of several is named", () => {
  const [one, other] = pods.map((pod) => asked("pod", { id: `pod/${pod.node}` }, { backends: [pod] }));
  const service = asked("cluster-address", silent);
  if (!one || !other) throw new Error("no pods");
  expect(textOf([one, { ...other, ...silent }, service], service.id)).toBe(
    "pod address does not answer for athens/worker2/echo",
  );
  expect(textOf([{ ...one, ...silent }, { ...other, ...silent }, service], service.id)).toBe(
    "pod address does not answer",
  );
});

test.for<[string, Partial<PathResult>, Partial<Way>]>([
  ["another node", {}, { fromNode: "worker2" }],
  ["another cluster", { from: { cluster: "hurup", node: "worker", name: "client" } }, {}],
  ["another transport", { protocol: "udp" }, {}],
  ["another size", {}, { bytes: 8_192 }],
  ["another family", {}, { family: "IPv6" }],
  ["another act", {}, { act: "after the pod was deleted" }],
  ["another backend", {}, { backends: [{ cluster: "athens", node: "worker", name: "greeter" }] }],
])("a path over %s says nothing", ([, fields, way]) => {
  const pod = asked("pod", { ...silent, ...fields }, { family: "IPv4", bytes: 0, ...way });
  const service = asked("cluster-address", silent, { family: "IPv4", bytes: 0 });
  expect(rungOf([pod, service], service.id)).toBeUndefined();
});

test("the same protocol and the same Service tell more than others", () => {
  const service = asked("cluster-address");
  const numbered = asked("cluster-address", { id: "numbered", ...silent }, { service: "run/echo-numbered" });
  const echo = asked("pod", { id: "pod/tcp", protocol: "tcp", ...silent });
  const paths = [asked("pod"), echo, service, numbered, asked("name", silent)];
  expect(rungOf(paths, "name/http")).toBe("name");
});

test("a lower way that answers in a manner that was not promised does not explain silence", () => {
  const name = asked("name", silent);
  expect(rungOf([asked("pod"), asked("cluster-address", wrong), name], name.id)).toBe("name");
  expect(rungOf([asked("pod"), asked("cluster-address", wrong), { ...name, ...wrong }], name.id)).toBe(
    "cluster-address",
  );
  expect(textOf([asked("pod"), asked("cluster-address", absent), { ...name, ...absent }], name.id)).toBe(
    "pod address answers, cluster address answers otherwise than promised",
  );
});

test("what is not heard of in time below explains silence, and silence explains everything", () => {
  const late = { ...wrong, saw: "answers that took a second or more to begin, as after a lost packet: 3 of 8" };
  const service = asked("cluster-address", silent);
  expect(rungOf([asked("pod", late), service], service.id)).toBe("pod");
  expect(rungOf([asked("pod", silent), { ...service, ...absent }], service.id)).toBe("pod");
});

test("from outside, the ways inside begin at the node that is asked", () => {
  const outside = { from: { cluster: "", name: "runner" }, vantage: "runner" } as const;
  const { fromNode: _, ...way } = asked("node-port").way ?? {};
  const port = {
    ...asked("node-port", { ...silent, ...outside }),
    way: { ...way, entrance: { cluster: "athens", node: "worker" } } as Way,
  };
  expect(textOf([asked("pod"), asked("cluster-address"), port], port.id)).toBe(
    "pod address and cluster address answer, node port does not",
  );
  expect(rungOf([asked("pod", silent), port], port.id)).toBe("pod");
  const elsewhere = { ...port, way: { ...port.way, entrance: { cluster: "athens", node: "worker2" } } as Way };
  expect(rungOf([asked("pod", silent), elsewhere], port.id)).toBeUndefined();
});

test("thirty thousand failed paths are looked through in a moment", () => {
  const many = Array.from({ length: 5_000 }, (_, n) =>
    rungs.map((rung) => asked(rung, { id: `${rung}/${n}`, ...silent }, { fromNode: `worker${n % 100}` })),
  ).flat();
  expect(bisect(many)).toHaveLength(30_000);
});

import { describe, expect, test } from "vitest";
import type { Confirmation, Confirmed, Diagnosis, EndpointFacts, PathResult } from "../report/path-result.ts";
import { diagnose, wanted } from "./diagnose.ts";
import { type Broken, matrixOf, type Packet, type Pod } from "./made-up-matrix.ts";

const clusters = ["athens", "hurup"].map((name) => ({ name, nodes: ["one", "two"] }));
const isOf = (cluster: string, node: string, pod: Pod) => pod.cluster === cluster && pod.node === node;

function evidenceOf(broken: Broken, endpoints: EndpointFacts[] = []) {
  return { results: { clusters: [], paths: matrixOf({ clusters, broken: [broken] }), troubles: [] }, endpoints };
}

function asked(broken: Broken, answer: (asked: Confirmation) => Omit<Confirmed, "confirmation">): Diagnosis {
  const evidence = { ...evidenceOf(broken), confirmed: [] };
  const questions = wanted(evidence, diagnose(evidence));
  const confirmed = questions.map((confirmation) => ({ confirmation, ...answer(confirmation) }));
  return diagnose({ ...evidence, confirmed });
}

test("nothing is asked where nothing failed", () => {
  const evidence = { ...evidenceOf({}), confirmed: [] };
  expect(wanted(evidence, diagnose(evidence))).toEqual([]);
});

describe("packets of one way between two nodes are lost", () => {
  const forth = ({ from, to }: Packet) => isOf("athens", "one", from) && isOf("athens", "two", to);
  const broken: Broken = { packet: (packet) => (forth(packet) ? "timeout" : undefined) };

  test("without more answers the way cannot be told", () => {
    const { causes } = diagnose({ ...evidenceOf(broken), confirmed: [] });
    expect(causes.map(({ id }) => id)).toEqual(["lost link/athens/one<>athens/two"]);
  });

  test("where datagrams arrive whose answers do not, the other way is lost", () => {
    const { causes, confirmations } = asked(broken, (question) => ({
      outcomes: { timeout: 10 },
      sent: 10,
      arrived: question.from.node === "two" ? 10 : 0,
      saw: "10 datagrams sent",
    }));
    expect(causes.map(({ id }) => id)).toEqual(["lost link/athens/one>athens/two"]);
    expect(causes[0]?.text).toMatch(/^packets are lost from athens\/one to athens\/two/);
    expect(confirmations.map(({ asked: question }) => question)).toEqual([
      "athens/one/client -> athens/two/echo: whether datagrams arrive",
      "athens/two/client -> athens/one/echo: whether datagrams arrive",
    ]);
  });

  test("where none arrives, it is both", () => {
    const { causes } = asked(broken, () => ({ outcomes: { timeout: 10 }, sent: 10, arrived: 0, saw: "none" }));
    expect(causes.map(({ id }) => id)).toEqual(["lost link/athens/one<>athens/two"]);
  });
});

test("large packets are told by the number of bytes that pass", () => {
  const broken: Broken = {
    packet: ({ from, to, bytes }) => (from.cluster !== to.cluster && bytes > 1400 ? "timeout" : undefined),
  };
  const { causes } = asked(broken, () => ({
    outcomes: {},
    mtuBytes: 1414,
    thereBytes: 1414,
    backBytes: 1414,
    saw: "1414 bytes",
  }));
  expect(causes.map(({ id, text }) => ({ id, text }))).toEqual([
    {
      id: "too-large clusters/athens<>hurup over 1414 bytes",
      text: 'packets over 1,414 bytes are lost between athens and hurup (24 paths; small ones pass) — MTU of the tunnel or a filtered ICMP "fragmentation needed"',
    },
  ]);
});

test("a pod that is ready and no endpoint is named", () => {
  const broken: Broken = {
    backends: (service, asker, pods) =>
      service === "run/echo" && asker.cluster === "athens" ? pods.filter(({ node }) => node !== "two") : pods,
  };
  const pod = (node: string) => ({ node, pod: `echo-${node}`, address: "10.0.0.9" });
  const facts: EndpointFacts = {
    cluster: "athens",
    service: "run/echo",
    endpoints: [{ cluster: "athens", ...pod("one"), ready: true }],
    readyPods: [pod("one"), pod("two")],
  };
  const [cause] = diagnose({ ...evidenceOf(broken, [facts]), confirmed: [] }).causes;
  expect(cause?.id).toBe("missing backend/athens/run/echo");
  expect(cause?.evidence).toContain("the pod two/echo-two (10.0.0.9) is ready and no endpoint");
});

test("results that do not tell their ways are diagnosed by their names", () => {
  const broken: Broken = { packet: ({ from, to }) => (from.cluster === to.cluster ? undefined : "timeout") };
  const paths = evidenceOf(broken).results.paths.map((path): PathResult => {
    const { way: _way, ...told } = path;
    return told;
  });
  const { causes } = diagnose({ results: { clusters: [], paths, troubles: [] }, endpoints: [], confirmed: [] });
  expect(causes.map(({ id }) => id)).toEqual(["lost clusters/athens<>hurup"]);
});

describe("a Service that nobody reaches, whose pods nobody asked", () => {
  const broken: Broken = {
    service: (service, asker) => (isOf("athens", "one", asker) && service === "run/echo" ? "timeout" : undefined),
  };
  const ofServices = () => evidenceOf(broken).results.paths.filter(({ way }) => way?.rung !== "pod");
  const diagnosed = (outcomes: Confirmed["outcomes"], saw: string) => {
    const evidence = { results: { clusters: [], paths: ofServices(), troubles: [] }, endpoints: [], confirmed: [] };
    const questions = wanted(evidence, diagnose(evidence));
    expect(questions.map(({ kind }) => kind)).toEqual(["reach", "reach"]);
    return diagnose({ ...evidence, confirmed: questions.map((confirmation) => ({ confirmation, outcomes, saw })) })
      .causes;
  };

  test("is what is broken, when they answer by their own addresses", () => {
    const [cause] = diagnosed({ answered: 6 }, "6 of 6 answered");
    expect(cause).toMatchObject({ id: expect.stringMatching(/^lost (service|proxy)\/athens\/one/) });
    expect(cause?.evidence).toContainEqual(
      expect.stringMatching(/^athens\/one\/client -> athens\/two\/echo \w+, 64 bytes.*: 6 of 6 answered$/),
    );
  });

  test("is told without confidence, when they do not", () => {
    expect(diagnosed({ timeout: 6 }, "0 of 6 answered")[0]?.confidence).not.toBe("high");
  });
});

test("what was asked for one cause says nothing of another one, also in the same cluster", () => {
  const broken: Broken = {
    service: (service, asker) => (asker.cluster === "athens" && service === "run/echo" ? "timeout" : undefined),
  };
  const paths = evidenceOf(broken).results.paths.filter(({ way }) => way?.rung !== "pod");
  const results = { clusters: [], paths, troubles: [] };
  const pod = (node: string, name: string) => ({ cluster: "athens", node, name });
  const elsewhere = [
    { from: pod("one", "client"), to: pod("three", "other") },
    { from: pod("three", "client"), to: pod("two", "echo") },
  ].map((ends): Confirmed => ({
    confirmation: { kind: "reach", ...ends, protocol: "http", bytes: 64 },
    outcomes: { timeout: 6 },
    saw: "0 of 6 answered",
  }));
  const [cause] = diagnose({ results, endpoints: [], confirmed: [] }).causes;
  const [same] = diagnose({ results, endpoints: [], confirmed: elsewhere }).causes;
  expect(cause).toBeDefined();
  expect(same).toEqual(cause);
});

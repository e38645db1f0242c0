import { afterAll, expect, test } from "vitest";
import errors from "../../../fixtures/recorded/api-errors.json" with { type: "json" };
import { findIngressClasses } from "./ingress-classes.ts";
import { openTestCluster } from "../test-cluster.ts";

const { server, cluster, ...opened } = await openTestCluster();
afterAll(() => opened[Symbol.asyncDispose]());

const request = "GET /apis/networking.k8s.io/v1/ingressclasses";
const defaultClass = { "ingressclass.kubernetes.io/is-default-class": "true" };

function answer(...classes: [name: string, annotations?: object][]): void {
  const items = classes.map(([name, annotations = {}]) => ({
    metadata: { name, annotations, labels: { a: name } },
    spec: { controller: `example.com/${name}` },
  }));
  server.answer(request, { status: 200, body: { items } });
}

async function found(wanted?: string) {
  const { classes, missing } = await findIngressClasses(cluster, wanted);
  return missing ?? classes.map(({ name }) => name);
}

test("the default class is tested alone; without one, each class", async () => {
  answer(["b"], ["a", defaultClass], ["c", { "ingressclass.kubernetes.io/is-default-class": "false" }]);
  expect(await found()).toEqual(["a"]);
  answer(["b"], ["a"]);
  expect(await found()).toEqual(["a", "b"]);
});

test("the one that is wanted is tested, whether it is the default or not", async () => {
  answer(["b"], ["a", defaultClass]);
  expect(await found("b")).toEqual(["b"]);
  expect(await found("c")).toBe("there is no IngressClass c");
});

test("a class tells its controller", async () => {
  answer(["a"]);
  expect((await findIngressClasses(cluster)).classes).toEqual([
    { name: "a", controller: "example.com/a", labels: { a: "a" } },
  ]);
});

test("there may be none, and they may be out of reach", async () => {
  answer();
  expect(await found()).toBe("there is no IngressClass");
  server.answer(request, errors["403-forbidden"]);
  expect(await found()).toBe("IngressClasses may not be read");
});

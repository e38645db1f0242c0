import { expect, test } from "vitest";
import type { Configuration } from "./configuration-schema.ts";
import { effectiveConfiguration } from "./effective-configuration.ts";
import { parseConfiguration } from "./parse-configuration.ts";
import { configurationText } from "./print-configuration.ts";

const file: Configuration = {
  contexts: ["kind-region-athens", { name: "hurup", context: "kind-region-hurup" }],
  expectations: [{ from: "hurup", to: "*", expect: "denied" }],
  thresholds: { settle: "10s", failOver: "5s" },
  tolerations: [{ key: "a" }],
  nodeSelector: { disk: "ssd" },
  maxNodes: 3,
  kubeconfig: "k.yaml",
};

test("an option wins as a whole over the key of the file, and a threshold by itself", () => {
  const given: Configuration = {
    contexts: ["hurup", "kind-region-skagen"],
    thresholds: { settle: "1s" },
    tolerations: [{ key: "b", operator: "Exists" }],
    maxNodes: 16,
  };
  expect(effectiveConfiguration(file, given)).toMatchInlineSnapshot(`
    {
      "contexts": [
        {
          "context": "kind-region-hurup",
          "name": "hurup",
        },
        "kind-region-skagen",
      ],
      "disruptive": false,
      "expectations": [
        {
          "expect": "denied",
          "from": "kind-region-hurup",
          "to": "*",
        },
      ],
      "failOn": [
        "regressed",
        "uncovered",
      ],
      "hostNetwork": false,
      "image": "docker.io/library/node:24-alpine",
      "kubeconfig": "k.yaml",
      "maxNodes": 16,
      "namespacePrefix": "meshgate",
      "nodeSelector": {
        "disk": "ssd",
      },
      "ports": [
        {
          "at": "api-server",
          "expect": "authenticated",
          "name": "api-server",
          "port": 443,
        },
        {
          "at": "every-node",
          "expect": "authenticated",
          "name": "kubelet",
          "port": 10250,
        },
        {
          "at": "control-plane",
          "expect": "silent",
          "name": "controller-manager",
          "port": 10257,
        },
        {
          "at": "control-plane",
          "expect": "silent",
          "name": "scheduler",
          "port": 10259,
        },
        {
          "at": "control-plane",
          "expect": "silent",
          "name": "etcd-clients",
          "port": 2379,
        },
        {
          "at": "control-plane",
          "expect": "silent",
          "name": "etcd-peers",
          "port": 2380,
        },
      ],
      "reportDir": "reports",
      "required": [],
      "suites": [],
      "thresholds": {
        "failOver": "5s",
        "loadBalancer": "1m",
        "roundTrip": "200ms",
        "settle": "1s",
      },
      "timeout": "15m",
      "tolerations": [
        {
          "key": "b",
          "operator": "Exists",
        },
      ],
    }
  `);
});

test("a short name is known on the command line, and stays with its context when that is named in full", () => {
  const contexts = [{ name: "hurup", context: "kind-region-hurup" }];
  expect(effectiveConfiguration(file, { contexts: ["kind-region-hurup"] }).contexts).toEqual(contexts);
  expect(effectiveConfiguration(file, { contexts: ["hurup"] }).contexts).toEqual(contexts);
});

test.each<{ title: string; values: Configuration; given: Configuration }>([
  { title: "nothing", values: {}, given: {} },
  { title: "a file", values: file, given: {} },
  { title: "a file and options", values: file, given: { contexts: ["kind-region-athens"], suites: ["services"] } },
  {
    title: "texts that YAML would take for something else",
    values: { contexts: ["1", "*a", "yes: no", "æ # ø", "line\nbreak"], nodeSelector: { a: "true", b: "", c: "~" } },
    given: { image: "- x", reportDir: " blanks " },
  },
])("what is printed reads as the same configuration: $title", ({ values, given }) => {
  const effective = effectiveConfiguration(values, given);
  const again = parseConfiguration(configurationText(effective), "printed.yaml").values;
  expect(effectiveConfiguration(again, {})).toEqual(effective);
  expect(configurationText(effectiveConfiguration(again, {}))).toBe(configurationText(effective));
});

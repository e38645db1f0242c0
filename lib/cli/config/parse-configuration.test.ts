import { expect, test } from "vitest";
import { Diagnostic } from "../../base/diagnostic.ts";
import { parseConfiguration } from "./parse-configuration.ts";

const known = {
  suites: ["pod-to-pod", "services"],
  scenarios: ["pod-to-pod/same-node", "services/hairpin", "services/name"],
};

test("every key", () => {
  const text = `
contexts: [ kind-region-athens, { name: hurup, context: kind-region-hurup } ]
kubeconfig: k.yaml
suites: [ services ]
required: [ services/hairpin ]
expectations:
  - { from: kind-region-athens, to: hurup, expect: denied }
  - { from: "*", to: kind-region-athens, expect: reachable }
ports: [ { name: metrics, at: every-node, port: 9100, expect: silent } ]
thresholds: { settle: 20s, loadBalancer: 2m, failOver: 10s }
timeout: 10m
image: node:24
registry: mirror.example:5000/hub
imagePullSecret: default/pull
namespacePrefix: nightly
nodeSelector: { disk: ssd, empty: "" }
tolerations: [ { key: dedicated, operator: Equal, value: mesh, effect: NoSchedule }, { operator: Exists } ]
maxNodes: 3
outside: other-cluster
ingressClass: nginx
hostNetwork: true
disruptive: true
baseline: reports/latest
failOn: [ slower ]
knownIssues: known.yaml
reportDir: out
`;
  expect(parseConfiguration(text, "c.yaml", known).values).toMatchObject({
    contexts: ["kind-region-athens", { name: "hurup", context: "kind-region-hurup" }],
    thresholds: { loadBalancer: "2m" },
    nodeSelector: { disk: "ssd", empty: "" },
  });
});

test.each(["", "# nothing yet\n", "---\n", "~", "{}"])("%j sets nothing", (text) => {
  expect(parseConfiguration(text, "c.yaml", known).values).toEqual({});
});

test("a byte order mark, CRLF and aliases are YAML like any other", () => {
  const text = "\uFEFFsuites: &chosen [services]\r\nrequired: *chosen\r\n";
  expect(parseConfiguration(text, "c.yaml", known).values).toEqual({ suites: ["services"], required: ["services"] });
});

test("all that is wrong is told at once, in the order of the file", () => {
  const text = `
contexts: { athens: x }
timeout: 5
expectation: []
suites:
  - pod-to-pods
  - 3
required: [services/hairpn]
expectations:
  - from: a
    to: b
    expect: reachabel
  - { from: a, to: a, expect: denied }
  - from: a
thresholds:
  setle: 3s
  failOver: -1s
maxNodes: 1.5
nodeSelector: { disk: true }
outside:
hostNetwork: yes
ports:
  - { name: Foo, port: 70000, expect: no }
namespacePrefix: A
`;
  expect(refusal(text)).toMatchInlineSnapshot(`
    "the configuration file has 20 problems
      c.yaml:2:11: contexts must be a list of contexts, not a map
      c.yaml:3:10: timeout must be a duration with a unit, such as 500ms, 30s or 1m30s, not 5
      c.yaml:4:1: there is no key expectation; did you mean expectations?
      c.yaml:6:5: there is no suite pod-to-pods; did you mean pod-to-pod?
      c.yaml:7:5: suites[1] must be the name of a suite, not 3
      c.yaml:8:12: there is no suite or scenario services/hairpn; did you mean services/hairpin?
      c.yaml:12:13: expectations[0].expect must be reachable or denied, not "reachabel"
      c.yaml:13:20: from and to are one cluster; a cluster always reaches itself
      c.yaml:14:5: expectations[2].to is missing; it must be the name of a context, its short name, or "*"
      c.yaml:14:5: expectations[2].expect is missing; it must be reachable or denied
      c.yaml:16:3: there is no key setle in thresholds; did you mean settle?
      c.yaml:17:13: thresholds.failOver must be a duration with a unit, such as 500ms, 30s or 1m30s, not "-1s"
      c.yaml:18:11: maxNodes must be a whole number above 0, not 1.5
      c.yaml:19:23: nodeSelector.disk must be the value of a label; put what is not text, such as true or 1, in quotes, not true
      c.yaml:20:1: outside is empty; give it a value or leave it out
      c.yaml:21:14: hostNetwork must be true or false, not "yes"
      c.yaml:23:13: ports[0].name must be in kebab-case, as in kubelet-read-only, not "Foo"
      c.yaml:23:24: ports[0].port must be a port number from 1 to 65535, not 70000
      c.yaml:23:39: ports[0].expect must be authenticated, silent or open, not "no"
      c.yaml:24:18: namespacePrefix must be at most 40 lower case letters, digits and dashes, as in meshgate-nightly, not "A"
    Correct c.yaml; lib/cli/config/configuration-schema.json describes every key, and --print-config shows what is in effect."
  `);
});

test("names that stand for two clusters, and expectations that cannot both hold", () => {
  const text = `
contexts:
  - a
  - { name: b, context: B }
  - { name: b, context: C }
  - { name: c, context: C }
  - { name: a, context: A }
  - { nam: x }
  - 3
expectations:
  - { from: "*", to: b, expect: denied }
  - { from: a, to: "*", expect: reachable }
  - { from: a, to: B, expect: denied }
  - { from: a, to: b, expect: reachable }
  - { from: c, to: "*", expect: reachable }
  - { from: C, to: c, expect: reachable }
`;
  expect(refusal(text)).toMatchInlineSnapshot(`
    "the configuration file has 10 problems
      c.yaml:5:13: b names a cluster already; each name stands for one cluster
      c.yaml:6:25: C names a cluster already; each name stands for one cluster
      c.yaml:7:13: a names a cluster already; each name stands for one cluster
      c.yaml:8:5: contexts[5].name is missing; it must be a short name
      c.yaml:8:5: contexts[5].context is missing; it must be the name of a kubeconfig context
      c.yaml:8:7: there is no key nam in contexts[5]; did you mean name?
      c.yaml:9:5: contexts[6] must be the name of a kubeconfig context, or a map of name and context, not 3
      c.yaml:14:5: there is an expectation from A to B already
      c.yaml:15:5: the entries from C to "*" and from "*" to B disagree; add one from C to B
      c.yaml:16:20: from and to are one cluster; a cluster always reaches itself
    Correct c.yaml; lib/cli/config/configuration-schema.json describes every key, and --print-config shows what is in effect."
  `);
});

test("rows of ports, tolerations, and what is required of suites that do not run", () => {
  const text = `
suites: [services]
required: [services, pod-to-pod]
ports:
  - { name: new, expect: open }
  - { name: other, at: control-plane, port: 1, expect: open }
  - { name: other, at: control-plane, port: 2, expect: open }
tolerations:
  - { operator: Exists, value: x }
  - { value: x }
  - { key: "" }
timeout: 0s
thresholds: { settle: 0s, loadBalancer: 999h }
`;
  expect(refusal(text)).toMatchInlineSnapshot(`
    "the configuration file has 8 problems
      c.yaml:3:22: pod-to-pod is required, and suites leaves it out
      c.yaml:5:5: new is a new row, which needs at and port
      c.yaml:7:13: there is a row other already
      c.yaml:9:32: a toleration with the operator Exists has no value
      c.yaml:10:5: a toleration without a key must have the operator Exists
      c.yaml:11:12: tolerations[2].key must be the key of a taint, not ""
      c.yaml:12:10: timeout must be above 0, not "0s"
      c.yaml:13:41: thresholds.loadBalancer must be less than 24 days, not "999h"
    Correct c.yaml; lib/cli/config/configuration-schema.json describes every key, and --print-config shows what is in effect."
  `);
});

test("classes of paths that are required", () => {
  const good = 'required: [ "pod-to-pod/*", "*/udp-*", services/hairpin/a/*, "pod-to-pod/same-*/x" ]\n';
  expect(parseConfiguration(good, "c.yaml", known).values.required).toHaveLength(4);
  const text = `
suites: [ services ]
required: [ "pod-to-pod/same-nod/*", "*", "nowhere/*", "pod-to-pod/same-node/*", "services/*", services/hairpin/a ]
failOn: [ regresed ]
baseline: ""
knownIssues: [ x ]
`;
  expect(refusal(text)).toMatchInlineSnapshot(`
    "the configuration file has 8 problems
      c.yaml:3:13: no scenario has paths like pod-to-pod/same-nod/*; did you mean pod-to-pod/same-node/…?
      c.yaml:3:38: * is every path; name suites or scenarios
      c.yaml:3:43: no scenario has paths like nowhere/*; --list prints all scenarios
      c.yaml:3:56: pod-to-pod/same-node/* is required, and suites leaves it out
      c.yaml:3:96: there is no suite or scenario services/hairpin/a; did you mean services/hairpin?
      c.yaml:4:11: failOn[0] must be one of regressed, uncovered, flaky, new, slower, not "regresed"
      c.yaml:5:11: baseline must be the path of an earlier run's results.json, not ""
      c.yaml:6:14: knownIssues must be the path of a file of known issues, not a list
    Correct c.yaml; lib/cli/config/configuration-schema.json describes every key, and --print-config shows what is in effect."
  `);
});

test.each([
  ["timeout: 1m\ntimeout: 2m\n", "c.yaml:2:1: this key is there twice; keep one of them"],
  ["suites:\n\t- services\n", "c.yaml:2:1: a tab indents this line; use blanks"],
  ["timeout: 3m\n---\na: 2\n", "c.yaml:2:1: a second document begins here; such a file has only one"],
  ["timeout: !span 3m\n", "c.yaml:1:10: this is not YAML: Unresolved tag: !span"],
  ["suites: *x\n", "c.yaml:1:9: there is no anchor &x before this alias"],
  ["a: b: c\n", "c.yaml:1:4: this is not YAML: Nested mappings are not allowed in compact mappings"],
  ["__proto__: { timeout: 1m }\n", "c.yaml:1:1: there is no key __proto__"],
  ["nodeSelector: { __proto__: a }\n", "c.yaml:1:17: there is no key __proto__"],
  ["1: 2\n", "c.yaml:1:1: this key is not text; put it in quotes"],
  ["? [a]\n: 2\n", "c.yaml:1:3: this key is not text; put it in quotes"],
  ["<<: { timeout: 1m }\n", "c.yaml:1:1: there is no key <<; the keys here are contexts, kubeconfig"],
  ["- services\n", "c.yaml:1:1: the file must be a map of keys and values"],
  ["services\n", "c.yaml:1:1: the file must be a map of keys and values"],
  ["constructor: 1\n", "c.yaml:1:1: there is no key constructor; the keys here are contexts, kubeconfig"],
])("%j", (text, problem) => {
  expect(refusal(text)).toContain(`the configuration file has a problem\n  ${problem}`);
});

test("an alias is pointed at where it is used", () => {
  expect(refusal("suites: &chosen [servics]\nrequired: *chosen\n")).toMatchInlineSnapshot(`
    "the configuration file has 2 problems
      c.yaml:1:18: there is no suite servics; did you mean services?
      c.yaml:2:11: there is no suite or scenario servics; did you mean services?
    Correct c.yaml; lib/cli/config/configuration-schema.json describes every key, and --print-config shows what is in effect."
  `);
});

test("aliases that multiply without end are refused", () => {
  const names = ["a", "b", "c", "d", "e"];
  const lists = names.map(
    (name, index) =>
      `${name}: &${name} [${Array(20)
        .fill(index === 0 ? "x" : `*${names[index - 1]}`)
        .join(", ")}]\n`,
  );
  expect(refusal(lists.join(""))).toContain("c.yaml: Excessive alias count");
});

/** All that a user sees of a wrong file. */
function refusal(text: string): string {
  try {
    parseConfiguration(text, "c.yaml", known);
  } catch (error) {
    if (!(error instanceof Diagnostic) || error.kind !== "configuration") throw error;
    return `${error.message}\n${error.cure}`;
  }
  throw new Error("nothing was wrong");
}

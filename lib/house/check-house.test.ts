import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkHouse } from "./check-house.ts";
import { readTree } from "./tree.ts";
import { renderViolations } from "./violation.ts";

/** An absolute path as a workplace has it. */
const desk = ["", "work", "x"].join("/");
const rooms = ["base", "cli", "cluster", "lab", "probe", "report", "scenario"];
const healthy: Record<string, string> = {
  "package.json": '{ "dependencies": { "execa": "1.0.0", "zod": "1.0.0" } }',
  "lib/README.md": rooms.map((room) => `| \`${room}/\` | what it is |`).join("\n"),
  "lib/base/command.ts": 'import { execa } from "execa";\nimport { join } from "node:path";',
  "lib/base/command.test.ts": 'import { test } from "vitest";\nimport { run } from "./command.ts";',
  "lib/cluster/open.ts":
    'import { KubeConfig } from "@kubernetes/client-node";\nimport { run } from "../base/command.ts";',
  "lib/cluster/open.contract.ts": 'import { ask } from "../probe/outcome.ts";',
  "lib/cluster/contract/watch.ts": 'import { test } from "vitest";\nimport { ask } from "../../probe/outcome.ts";',
  "lib/probe/outcome.ts": "export const outcomes = [];",
  "lib/probe/probe.ts": 'import type { Packet } from "./outcome.ts";',
  "lib/probe/agent/serve.test.ts":
    'import packet from "dns-packet";\nimport a from "../../../fixtures/recorded/a.json";',
  "lib/lab/topology.ts": 'import { z } from "zod";\n// everything in lib/lab is about the lab',
  "lib/report/path-result.ts":
    'import { outcomes } from "../probe/outcome.ts";\nimport type { Probe } from "../probe/probe.ts";',
  "lib/scenario/scenario.ts":
    'import type { PathResult } from "../report/path-result.ts";\nimport { open } from "../cluster/open.ts";\nimport { test } from "vitest";',
  "lib/cli/main.ts": `const { startLab } = await ${importCall("../lab/topology.ts")};`,
  "lib/lab/pid.ts": "read(`/proc/${pid}/root/run/netns`, `$(pwd)/root/x`); // /proc/*/root/run",
  "suites/pods.suite.ts": 'import { scenario } from "../lib/scenario/scenario.ts";',
};

test("a tree that keeps the rules has no violations", () => {
  expect(brokenBy({})).toBe("");
});

test.each<[rule: string, files: Record<string, string>, violation: string]>([
  [
    "base imports no room",
    { "lib/base/a.ts": 'import { b } from "../probe/outcome.ts";' },
    "lib/base/a.ts:1  base may not import probe (../probe/outcome.ts)",
  ],
  [
    "cluster never imports the lab, not even its types",
    { "lib/cluster/a.ts": '\nimport type { B } from "../lab/topology.ts";' },
    "lib/cluster/a.ts:2  cluster may not import lab (../lab/topology.ts); it may import base\n" +
      "lib/cluster/a.ts:2  ../lab/: only the lab and the commands know that there is a lab",
  ],
  [
    "not even contracts know the lab",
    { "lib/cluster/contract/a.ts": 'import { b } from "../../lab/topology.ts";' },
    "lib/cluster/contract/a.ts:1  cluster may not import lab (../../lab/topology.ts); it may import base, cluster, probe, scenario\n" +
      "lib/cluster/contract/a.ts:1  ../lab/: only the lab and the commands know that there is a lab",
  ],
  [
    "the lab never imports cluster",
    { "lib/lab/a.ts": 'export { b } from "../cluster/open.ts";' },
    "lib/lab/a.ts:1  lab may not import cluster (../cluster/open.ts); it may import base",
  ],
  [
    "report sees the types of probe only",
    { "lib/report/a.ts": 'import {\n  type A,\n  b,\n} from "../probe/probe.ts";' },
    "lib/report/a.ts:1  report may not import probe (../probe/probe.ts); it may import base, probe/outcome.ts, types of probe",
  ],
  [
    "scenario sees the schema of report only",
    { "lib/scenario/a.ts": 'import type { A } from "../report/report.ts";' },
    "lib/scenario/a.ts:1  scenario may not import report (../report/report.ts); it may import base, cluster, probe, report/path-result.ts",
  ],
  [
    "suites import scenario only",
    { "suites/a.suite.ts": 'import { b } from "../lib/probe/probe.ts";' },
    "suites/a.suite.ts:1  suites may not import probe (../lib/probe/probe.ts); it may import scenario",
  ],
  [
    "suites import no packages and no modules of Node.js",
    { "suites/a.suite.ts": 'import "node:fs";' },
    "suites/a.suite.ts:1  suites import from scenario only, not node:fs",
  ],
  [
    "nothing imports cli, also not later",
    { "lib/scenario/a.ts": `const a = await ${importCall("../cli/main.ts")};` },
    "lib/scenario/a.ts:1  nothing imports cli, but this imports ../cli/main.ts",
  ],
  [
    "nothing is imported from outside",
    { "lib/probe/a.ts": 'import a from "../../fixtures/a.json";' },
    "lib/probe/a.ts:1  imports ../../fixtures/a.json, which is outside of lib",
  ],
  [
    "a package is imported by its owner only",
    { "lib/cluster/a.ts": 'import { execa } from "execa";' },
    "lib/cluster/a.ts:1  imports execa, which belongs to lib/base/command.",
  ],
  [
    "tests are no way around an owner in another room",
    { "lib/probe/a.test.ts": 'import type { V1Pod } from "@kubernetes/client-node/dist/gen/models";' },
    "lib/probe/a.test.ts:1  imports @kubernetes/client-node, which belongs to lib/cluster/",
  ],
  [
    "vitest is for tests and scenarios",
    { "lib/report/a.ts": 'import { test } from "vitest";' },
    "lib/report/a.ts:1  imports vitest, which belongs to lib/scenario/ and lib/cli/",
  ],
  [
    "every package has an owner",
    {
      "package.json": '{ "dependencies": { "left-pad": "1.0.0" } }',
      "lib/base/a.ts": 'import pad from "left-pad";',
    },
    "lib/base/a.ts:1  imports left-pad, which has no owner; name one in lib/house/owners.ts\n" +
      "package.json  left-pad has no owner; name one in lib/house/owners.ts",
  ],
  ["files are in kebab-case", { "lib/base/someThing.ts": "" }, "lib/base/someThing.ts  is not in kebab-case"],
  ["folders are in kebab-case", { "lib/probe/My_Agent/a.ts": "" }, "lib/probe/My_Agent/a.ts  is not in kebab-case"],
  [
    "names say what is inside",
    { "lib/base/string-utils.ts": "", "lib/probe/helpers/a.ts": "", "lib/report/types.test.ts": "" },
    'lib/base/string-utils.ts  "string-utils" does not say what is in it\n' +
      'lib/probe/helpers/a.ts  "helpers" does not say what is in it\n' +
      'lib/report/types.test.ts  "types" does not say what is in it',
  ],
  ["every room is on the map", { "lib/attic/a.ts": "" }, "lib/README.md  the room attic has no line"],
  [
    "every room on the map exists",
    { "lib/README.md": `${healthy["lib/README.md"]}\n| \`cellar/\` | empty |` },
    "lib/README.md  there is no room cellar",
  ],
  ["work is finished", { "suites/a.yaml": "a: 1\n# TODO more" }, "suites/a.yaml:2  TODO: finish it or leave it out"],
  [
    "no text names a path of somebody's machine",
    { "README.md": `cd /home/jane/meshgate\ncd /srv/checkouts/meshgate\n\`/root/run\` {${desk}} file:///root/y` },
    "README.md  names /srv/checkouts/meshgate, a path of this machine\n" +
      ["1  /home/jane", "3  /root/run", `3  ${desk}`, "3  /root/y"]
        .map((place) => `README.md:${place} is a path of somebody's machine`)
        .join("\n"),
  ],
  [
    "no text names a package registry",
    { ".npmrc": "registry=https://npm.example.org/" },
    ".npmrc:1  registry=https://npm.example.org/ names a package registry; npm's own configuration does that",
  ],
  [
    "lock files name no package registry",
    { "package-lock.json": '"https://registry.npmjs.org/x/-/x-1.tgz"' },
    "package-lock.json:1  //registry.npmjs.org/ names a package registry; npm's own configuration does that",
  ],
  [
    "neither does a fixture, but registries of images are something else",
    {
      "fixtures/a.yaml":
        "a: https://registry.corp.test/npm/x\nb: https://registry-1.docker.io/v2/\nc: //registry.invalid/x",
    },
    "fixtures/a.yaml:1  //registry.corp.test/ names a package registry; npm's own configuration does that",
  ],
  [
    "only the lab and the commands know the lab",
    { "lib/scenario/a.ts": 'const file = "lib/lab/start.ts";' },
    "lib/scenario/a.ts:1  lib/lab: only the lab and the commands know that there is a lab",
  ],
  [
    "no test is focused",
    { "lib/base/a.test.ts": 'test.concurrent.only("a", () => {});' },
    "lib/base/a.test.ts:1  test.concurrent.only leaves all other tests out",
  ],
  [
    "no test is skipped for good",
    { "lib/base/a.test.ts": 'describe.skip("a", () => {});' },
    "lib/base/a.test.ts:1  describe.skip has no reason; skip with a note inside the test",
  ],
  [
    "a skip inside a test gives its reason",
    {
      "lib/base/a.test.ts":
        'test("a", (context) => {\n  context.skip(isOld);\n  context.skip(isOld, "Node is too old");\n});',
      "lib/base/b.test.ts": 'test("a", ({ skip }) => {\n  skip();\n});',
    },
    "lib/base/a.test.ts:2  skips without a reason\nlib/base/b.test.ts:2  skips without a reason",
  ],
  [
    "a conditional skip has a comment above it",
    {
      "lib/base/a.test.ts": 'const a = 1;\ntest.skipIf(a)("a", run);',
      "lib/base/b.test.ts": '// Root may do what is refused here.\ntest.skipIf(root)("a", run);',
    },
    "lib/base/a.test.ts:2  skips without a comment above it that gives the reason",
  ],
  [
    "modules are not mocked",
    { "lib/base/a.test.ts": 'vi.mock("./a.ts");' },
    "lib/base/a.test.ts:1  mocks a module; use real files, processes and sockets",
  ],
])("%s", (_, files, violation) => {
  expect(brokenBy(files)).toBe(violation);
});

test("the tree is what the project owns, without packages, output and binary files", () => {
  const root = mkdtempSync(join(tmpdir(), "meshgate-tree-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const files = {
    ".npmrc": "a",
    "lib/base/a.ts": "b",
    "reports/README.md": "c",
    "reports/latest/results.json": "left out",
    "node_modules/x/index.js": "left out",
    ".git/config": "left out",
    "fixtures/picture.png": "left\0out",
    "run.log": "left out",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  expect(Object.fromEntries(readTree(root))).toEqual({ ".npmrc": "a", "lib/base/a.ts": "b", "reports/README.md": "c" });
});

// Written so that this file itself does not seem to import anything.
function importCall(specifier: string): string {
  return `import(${JSON.stringify(specifier)})`;
}

function brokenBy(files: Record<string, string>): string {
  const tree = new Map(Object.entries({ ...healthy, ...files }));
  return renderViolations(checkHouse(tree, "/srv/checkouts/meshgate"));
}

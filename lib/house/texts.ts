import { isTest, roomOf, type Tree } from "./tree.ts";
import { type Violation, violationsOf } from "./violation.ts";

const unfinished = /\b(TODO|FIXME)\b/g;
// Where a path begins only: /proc/${pid}/root/run is another root's. /home/node is in the Node.js image.
const ownMachine =
  /(?<![\w.~*?})\]-])\/(?:home|Users|root|work|workspace|builds)\/(?!node\b)[\w.-]+|\b[A-Z]:\\Users\\/g;
// Registries of container images, and names that are reserved for examples, are not meant.
const registry =
  /\bregistry\.(?:npmjs\.org|yarnpkg\.com)\b|\bnpm\.pkg\.github\.com\b|\b(?:artifactory|nexus)[\w-]*\.[\w.-]+|\/\/(?![\w.-]*\.(?:docker\.io|k8s\.io|invalid|example)\b)[\w.-]*registry[\w.-]*\/|^(?:@[\w-]+:)?registry\s*=.*/gm;
const labPath = /\blib\/lab\b|\.\.\/lab\//g;
const onlyCall = /\b(?:test|it|describe|suite|scenario)(?:\.\w+)*\.only\b/g;
const staticSkip = /\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:skip|todo)\b/g;
const conditionalSkip = /^[^\n]*\.(?:skipIf|runIf)\(/gm;
const endsWithComment = /(?:^|\n)[ \t]*(?:\/\/|\*)[^\n]*\n$/;
const contextSkip = /\b(?:context|ctx|task)\.skip\((?<reason>[^;]*)\)|(?<![\w.])skip\((?<bare>[^;]*)\);/g;
const moduleMock = /\bvi\.(?:mock|doMock)\(/g;

/**
 * Checks what no text of the project may hold: unfinished work, paths of a developer's machine, hosts of package registries; in
 * code also tests that are focused, skipped without a reason or mocking modules, and outside of the lab and the commands its path.
 *
 * `checkout` is where the project lies on this machine; no text may name it. The rules' own room is left out.
 */
export function checkTexts(tree: Tree, checkout: string): Violation[] {
  return [...tree]
    .filter(([path]) => roomOf(path) !== "house")
    .flatMap(([path, text]) => [
      ...checkAnyText(path, text, checkout),
      ...(/^(lib|suites)\/.*\.ts$/.test(path) ? checkCode(path, text) : []),
    ]);
}

function checkAnyText(path: string, text: string, checkout: string): Violation[] {
  // A checkout near the root, such as /app, has a name that texts may use for something else.
  const here =
    checkout.split("/").length > 2 && text.includes(checkout)
      ? [{ path, message: `names ${checkout}, a path of this machine` }]
      : [];
  return [
    ...here,
    ...violationsOf(path, text, unfinished, ([word]) => `${word}: finish it or leave it out`),
    ...violationsOf(path, text, ownMachine, ([place]) => `${place} is a path of somebody's machine`),
    ...violationsOf(
      path,
      text,
      registry,
      ([host]) => `${host} names a package registry; npm's own configuration does that`,
    ),
  ];
}

function checkCode(path: string, text: string): Violation[] {
  const knowsLab = roomOf(path) === "lab" || roomOf(path) === "cli";
  return [
    ...(knowsLab
      ? []
      : violationsOf(
          path,
          text,
          labPath,
          ([place]) => `${place}: only the lab and the commands know that there is a lab`,
        )),
    ...violationsOf(path, text, moduleMock, () => "mocks a module; use real files, processes and sockets"),
    ...violationsOf(path, text, onlyCall, ([call]) => `${call} leaves all other tests out`),
    ...(isTest(path) || path.startsWith("suites/") ? checkSkips(path, text) : []),
  ];
}

function checkSkips(path: string, text: string): Violation[] {
  return [
    ...violationsOf(path, text, staticSkip, ([call]) => `${call} has no reason; skip with a note inside the test`),
    ...violationsOf(path, text, contextSkip, ({ groups }) =>
      /["'`]/.test(groups?.["reason"] ?? groups?.["bare"] ?? "") ? undefined : "skips without a reason",
    ),
    ...violationsOf(path, text, conditionalSkip, ({ index }) =>
      endsWithComment.test(text.slice(0, index)) ? undefined : "skips without a comment above it that gives the reason",
    ),
  ];
}

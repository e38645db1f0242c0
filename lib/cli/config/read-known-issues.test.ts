import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Diagnostic } from "../../base/diagnostic.ts";
import { parseKnownIssues, readKnownIssues } from "./read-known-issues.ts";

const cwd = mkdtempSync(join(tmpdir(), "meshgate-known-"));
afterAll(() => rmSync(cwd, { recursive: true }));

const scenarios = ["pod-to-pod/same-node", "pod-to-pod/across-clusters", "services/hairpin"];

test("YAML and JSON say the same", () => {
  const yaml = `
- id: pod-to-pod/across-clusters/*/udp-*
  reason: the firewall drops UDP
  expires: 2027-01-31
- { id: "*/http-8k", reason: MTU, expires: "2027-02-28", link: https://tracker.example/7 }
`;
  writeFileSync(join(cwd, "known.yaml"), yaml);
  const entries = readKnownIssues({ path: "known.yaml", cwd }, scenarios);
  expect(entries).toEqual([
    { id: "pod-to-pod/across-clusters/*/udp-*", reason: "the firewall drops UDP", expires: "2027-01-31" },
    { id: "*/http-8k", reason: "MTU", expires: "2027-02-28", link: "https://tracker.example/7" },
  ]);
  expect(parseKnownIssues(JSON.stringify(entries), "known.json", scenarios)).toEqual(entries);
});

test.each(["", "# nothing\n", "[]"])("%j has no entries", (text) => {
  expect(parseKnownIssues(text, "known.yaml", scenarios)).toEqual([]);
});

test("all that is wrong is told at once, in the order of the file", () => {
  const text = `
- { id: "*", reason: all, expires: 2027-01-31 }
- { id: "**/*", reason: all, expires: 2027-01-31 }
- { id: pod-to-pod/same-nod/*, reason: x, expires: 2027-01-31 }
- { id: nowhere/at/all, reason: x, expires: 2027-01-31 }
- { id: services/hairpin, reason: x, expires: 2027-01-31 }
- { id: services/hairpin/*, reason: " ", expires: 2027-02-30 }
- { id: services/hairpin/*, reason: x, expires: soon, link: javascript:x }
- { id: "a b", reason: 3 }
- { reason: x, expires: 2027-01-31, expiry: 2027-01-31 }
- services/hairpin/*
`;
  expect(refusal(text)).toMatchInlineSnapshot(`
    "the file of known issues has 16 problems
      known.yaml:2:9: * covers every failure there may be; name a scenario
      known.yaml:3:9: **/* covers every failure there may be; name a scenario
      known.yaml:4:9: no scenario has paths like pod-to-pod/same-nod/*; did you mean pod-to-pod/same-node/…?
      known.yaml:5:9: no scenario has paths like nowhere/at/all; --list prints all scenarios
      known.yaml:6:9: services/hairpin is a scenario and no path; services/hairpin/* covers all of its paths
      known.yaml:7:37: [5].reason must say why the failure is accepted, not " "
      known.yaml:7:51: [5].expires must be a day that exists, as YYYY-MM-DD, not "2027-02-30"
      known.yaml:8:9: there is an entry services/hairpin/* already
      known.yaml:8:49: [6].expires must be a day that exists, as YYYY-MM-DD, not "soon"
      known.yaml:8:61: [6].link must be a URL that begins with https:// or http://, not "javascript:x"
      known.yaml:9:3: [7].expires is missing; it must be a day that exists, as YYYY-MM-DD
      known.yaml:9:9: [7].id must be the id of a path, or a pattern with *, not "a b"
      known.yaml:9:24: [7].reason must say why the failure is accepted, not 3
      known.yaml:10:3: [8].id is missing; it must be the id of a path, or a pattern with *
      known.yaml:10:37: there is no key expiry in [8]; did you mean expires?
      known.yaml:11:3: [9] must be a map of id, reason, expires and link, not "services/hairpin/*"
    Correct known.yaml: a list of entries such as { id: "pod-to-pod/across-clusters/*/udp-*", reason: "the firewall drops UDP", expires: 2027-01-31 }."
  `);
});

test("what is no list, and no YAML", () => {
  expect(refusal("id: services/*\n")).toMatchInlineSnapshot(`
    "the file of known issues has a problem
      known.yaml:1:1: the file must be a list of maps of id, reason, expires and link
    Correct known.yaml: a list of entries such as { id: "pod-to-pod/across-clusters/*/udp-*", reason: "the firewall drops UDP", expires: 2027-01-31 }."
  `);
  expect(refusal("[{]")).toContain("known.yaml:1:3: this is not YAML");
  expect(() => readKnownIssues({ path: "absent.yaml", cwd }, scenarios)).toThrow(
    "The file of known issues absent.yaml does not exist.",
  );
});

/** All that a user sees of a wrong file. */
function refusal(text: string): string {
  try {
    parseKnownIssues(text, "known.yaml", scenarios);
  } catch (error) {
    if (!(error instanceof Diagnostic) || error.kind !== "configuration") throw error;
    return `${error.message}\n${error.cure}`;
  }
  throw new Error("nothing was wrong");
}

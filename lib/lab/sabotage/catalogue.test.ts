import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTopology } from "../topology.ts";
import { faults } from "./catalogue.ts";
import type { Command, Fault, NodeStep, PathPattern } from "./fault.ts";
import { views } from "./views/views.ts";

const effects = "lost|refused|lossy|slow|too-large|wrong|missing|stale|open";
const place = "kind-[a-z-]+";
const onNode = `${place}/[\\w-]+`;
const elements = [
  `pod/${onNode}/[\\w-]+`,
  `(within-node|node|proxy|resolver|node-port|policy|masquerade|hairpin|host|outside)/${onNode}`,
  `(proxy|dns|node-port|load-balancer|mesh|policy|masquerade)/${place}`,
  `link/${onNode}<?>${onNode}`,
  `clusters/${place}<?>${place}`,
  `addresses/${place}<>${place}`,
  `service/${place}(/[\\w-]+)?/[\\w-]+/[\\w-]+`,
  `backend/${place}/[\\w-]+/[\\w-]+`,
  `dns-server/${onNode}/[\\w-]+`,
  `ingress/${place}/[\\w-]+`,
  `mesh/${place}>${place}`,
  `claim/[\\w-]+/[\\w-]+/${place}`,
];
const restriction = "tcp|udp|port \\d+|IPv4|IPv6|over \\d+ bytes";
const cause = new RegExp(`^(${effects}) (${elements.join("|")})( (${restriction}))?$`);

const nodesOf = ({ topology }: Fault): string[] =>
  readTopology(join(import.meta.dirname, `../../../fixtures/lab/${topology}.yaml`)).clusters.flatMap(({ nodes }) =>
    nodes.map(({ name }) => name),
  );

const textOf = (command: Command): string => ("nft" in command ? command.nft : command.run.join(" "));

const isAsked = ({ asks }: Fault, { scenario }: PathPattern): boolean =>
  asks.some((name) => name === scenario || scenario.startsWith(`${name}/`));

describe("the catalogue of faults", () => {
  it("has no id twice", () => {
    const ids = faults.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  describe.each(faults.map((fault) => [fault.id, fault] as const))("%s", (id, fault) => {
    it("has an id in kebab-case, a sentence, steps, and a cause of the grammar", () => {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(fault.breaks).toMatch(/^([a-z]|[A-Z]{2}|Services ).*[^.]$/s);
      expect(fault.steps.length).toBeGreaterThan(0);
      expect(fault.causes.filter((one) => !cause.test(one))).toEqual([]);
      expect(fault.causes.length > 0).toBe(fault.verdict !== "broken");
    });

    it("asks what it makes statements about, and says what it must turn red", () => {
      expect(fault.mustRed).not.toEqual([]);
      const statements = [...fault.mustRed, ...fault.mustStayGreen];
      expect(statements.filter((statement) => !isAsked(fault, statement))).toEqual([]);
    });

    it("touches what its topology has", () => {
      const nodes = nodesOf(fault);
      const known = new Set([...nodes, ...nodes.map((node) => node.replace(/-(control-plane|worker\d*)$/, ""))]);
      const touched = fault.steps.flatMap((step) => [
        ...("node" in step && step.node !== undefined ? [step.node] : []),
        ...("cluster" in step ? [step.cluster] : []),
      ]);
      expect(touched.filter((name) => !known.has(name))).toEqual([]);
      const seen = fault.steps.flatMap((step) => (step.kind === "view" ? [step.view] : []));
      expect(seen.filter((name) => !views.some((view) => view.name === name))).toEqual([]);
    });

    it("undoes all that it does to nodes, without naming pods", () => {
      const steps = fault.steps.filter(({ kind }) => kind === "node") as NodeStep[];
      expect(steps.flatMap(({ undo }) => undo.map(textOf)).filter((text) => text.includes("{pod"))).toEqual([]);
      expect(steps.flatMap(notUndone)).toEqual([]);
    });
  });
});

function notUndone({ make, undo }: NodeStep): string[] {
  const undone = undo.map(textOf);
  const commands = make.filter((command): command is Command => !("program" in command));
  return commands.map(textOf).filter((made) => {
    const table = /^table (?<name>\w+ [\w-]+) \{/.exec(made)?.groups?.["name"];
    if (table !== undefined) return !undone.includes(`delete table ${table}`);
    const address = /^ip address add (?<address>.+)$/.exec(made)?.groups?.["address"];
    if (address !== undefined) return !undone.includes(`ip address del ${address}`);
    const link = /^ip link add (?<link>\S+) /.exec(made)?.groups?.["link"];
    if (link !== undefined) return !undone.includes(`ip link del ${link}`);
    const ofLink = / dev (?<link>\S+) nud |^ip link set (?<set>\S+) /.exec(made)?.groups;
    if (ofLink) return !undone.includes(`ip link del ${ofLink["link"] ?? ofLink["set"]}`);
    const range = /^ip route replace unreachable (?<range>\S+)$/.exec(made)?.groups?.["range"];
    const route = /^ip route replace (?<range>\S+) via /.exec(made)?.groups?.["range"] ?? range;
    return route === undefined || !undone.some((text) => text.startsWith(`ip route replace ${route} via `));
  });
}

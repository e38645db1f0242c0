import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTopology } from "../topology.ts";
import { faults } from "./catalogue.ts";
import type { Command, Fault, PathPattern } from "./fault.ts";
import { views } from "./views/views.ts";

const effects = "lost|refused|lossy|flapping|slow|too-large|wrong|missing|stale|open";
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
      expect(fault.breaks).toMatch(/^([a-z]|UDP|TCP|IPv6).*[^.]$/s);
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
      for (const step of fault.steps) {
        const named = "node" in step ? step.node : undefined;
        if (named !== undefined) expect(nodes).toContain(named);
        if ("cluster" in step) expect(nodes.some((node) => node.startsWith(`${step.cluster}-`))).toBe(true);
        if (step.kind === "view") expect(views.map(({ name }) => name)).toContain(step.view);
      }
    });

    it("undoes all that it does to nodes, without naming pods", () => {
      for (const step of fault.steps.filter(({ kind }) => kind === "node")) {
        const undone = step.undo.map(textOf);
        expect(undone.join("\n")).not.toContain("{pod");
        for (const made of step.make.map(textOf)) {
          const table = /^table (?<name>\w+ [\w-]+) \{/.exec(made)?.groups?.["name"];
          const route = /^ip route replace unreachable (?<range>\S+)$/.exec(made)?.groups?.["range"];
          const name = table ?? route;
          expect(name, made).toBeDefined();
          expect(table === undefined ? undone.join("\n") : undone).toContain(
            table === undefined ? `ip route replace ${route} via` : `delete table ${table}`,
          );
        }
      }
    });
  });
});

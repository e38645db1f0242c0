import { readdirSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { outcomes } from "../../probe/outcome.ts";
import { answeredBy } from "../expect/expect.ts";
import { answerOf, silence, somePod } from "../fixture.ts";
import { path, type Path } from "../path.ts";
import type { Question } from "../question.ts";
import { converge, type Trial } from "./converge.ts";
import { promises } from "./test-promises.ts";
import { type Answers, type Column, columns, echo, type Kind, sightingOf } from "./test-sightings.ts";
import { rule } from "./verdict.ts";

/**
 * What must come out when every attempt on a path ends in the same way and the control of a denial has answered: P — passed, F — failed,
 * B — broken. A letter per column: answered as promised, in turns, by others, without content | refused, denied, timeout, timeout after
 * a connection, unreachable, reset | no-such-name, no-data, server-failure | tls-failure, wrong-answer, wrong-answer by a pod | status
 * 308, 400, 401, 404, 503 | not-run.
 */
const matrix = `
answeredBy                         PFFF FFFFFF FFF FFF FFFFF B
answeredBy, own address            PFFF FFFFFF FFF FFF FFFFF B
answeredByAny                      PPFF FFFFFF FFF FFF FFFFF B
answeredByDeployment               PFFF FFFFFF FFF FFF FFFFF B
answeredByEach                     FPFF FFFFFF FFF FFF FFFFF B
answeredByEach, as if among more   FPFF FFFFFF FFF FFF FFFFF B
answeredByTheSame                  PFFF FFFFFF FFF FFF FFFFF B
reachesAmong                       PPFF FFFFFF FFF FFF FFFFF B
reachesAmong, another              FPFF FFFFFF FFF FFF FFFFF B
roundTripWithin                    PPFF FFFFFF FFF FFF FFFFF B
answeredFromEach                   FPFF FFFFFF FFF FFF FFFFF B
answeredFromEach, others may       PPFF FFFFFF FFF FFF FFFFF B
answeredFromEach, others must not  PFFF FFFFFF FFF FFF FFFFF B
answeredInShares                   FPFF FFFFFF FFF FFF FFFFF B
blocked                            FFFF PFPPFF FFF FFF FFFFF B
anything                           PPPP PPPPPP PPP PPP PPPPP B
variables                          PFFF FFFFFF FFF FFF FFFFF B
variables, not set                 PFFF FFFFFF FFF FFF FFFFF B
resolvesTo                         PFFF FFFFFF FFF FFF FFFFF B
resolvesTo, nothing                FFFF FFFFFF FFF FFF FFFFF B
locates                            PFFF FFFFFF FFF FFF FFFFF B
locates, nothing                   FFFF FFFFFF FFF FFF FFFFF B
pointsTo                           PFFF FFFFFF FFF FFF FFFFF B
absent                             FFFF FFFFFF PFF FFF FFFFF B
absent, record                     FFFF FFFFFF FPF FFF FFFFF B
status                             FFFF FFFFFF FFF FFF FFFPF B
answeredByOthers                   FFFF FFFFFP FFF FPF PPPPP B
orRedirect                         PFFF FFFFFF FFF FFF PFFFF B
behindCertificate                  PFFF FFFFFF FFF FFF FFFFF B
receivedBy                         PFFF FFFFFF FFF FFF FFFFF B
demandsCredentials                 FFFF FFFFFF FFF FFF FFPFF B
refusesAnonymous                   FFFF PPPPPP FFF PFF FFPFF B
answersNobody                      FFFF PPPFPP FFF PFF FPFFF B
accepts                            PPPP FFFPFP FFF PPP PPPPP B
answersHttp                        PPPP FFFFFF FFF FPP PPPPP B
hasStatus, 200                     PPPP FFFFFF FFF FPP FFFFF B
hasStatus, 503                     FFFF FFFFFF FFF FFF FFFFP B
holds                              PFFF BBBBBB BBB BBB BBBBB B
importedFrom                       PFFF BBBBBB BBB BBB BBBBB B
notImported                        PFFP BBBBBB BBB BBB BBBBB B
exportIs, agreed                   PFFF BBBBBB BBB BBB BBBBB B
exportIs, in conflict              PFFF BBBBBB BBB BBB BBBBB B
hasIngressAddress                  PFFF BBBBBB BBB BBB BBBBB B
hasAddress                         PFFF BBBBBB BBB BBB BBBBB B
hasAddressOf                       PFFB BBBBBB BBB BBB BBBBB B
noneHasAddressOf                   PFFP BBBBBB BBB BBB BBBBB B
sharesNoAddressWith                PFFB BBBBBB BBB BBB BBBBB B
hasNodePortsIn                     PFFB BBBBBB BBB BBB BBBBB B
countsPods                         PFFF BBBBBB BBB BBB BBBBB B
everyContainerIsLimited            PFFF BBBBBB BBB BBB BBBBB B
`;
const table = new Map(
  matrix
    .trim()
    .split("\n")
    .map((line) => [line.slice(0, 33).trim(), line.slice(33).replaceAll(" ", "").split("")]),
);

/** What the files of expectations export besides: no promise is made by them. */
const noPromises = [
  "sawText",
  "samplesToSeeAll",
  "answeredByOneOf",
  "broken",
  "tailProbability",
  "farthestFrom",
  "samplesForShares",
];

/** Denials that somebody's answer keeps, which proves by itself that the asker could ask. */
const proofs = new Set(["refusesAnonymous 401", "answersNobody 400"]);

const verdicts = { P: "passed", F: "failed", B: "broken" } as const;
const names: Column[] = columns.map(([name]) => name);
const client = somePod("client");
const control = path("control", { from: client, to: echo, probe: () => question("http"), expect: answeredBy(echo) });

interface Cell {
  row: string;
  column: Column;
  kind: Kind;
  expected: string;
  asked: Path;
  answers: Answers;
}

const cells: Cell[] = promises.flatMap(([row, of, kinds, answers]) =>
  kinds.flatMap((kind) =>
    names.map((column, index) => ({
      row,
      column,
      kind,
      expected: table.get(row)?.[index] ?? "",
      answers,
      asked: path(`${row} ${column} ${kind}`, {
        from: client,
        to: echo,
        probe: () => question(kind),
        expect: of,
        ...(of.denial ? { control } : {}),
      }),
    })),
  ),
);

let trials: Map<Cell, Trial>;
beforeAll(async () => {
  trials = await ask(cells);
});

test.for([...table.keys()])("%s", (row) => {
  const answered = answeredTrial();
  for (const kind of new Set(cells.filter((cell) => cell.row === row).map((cell) => cell.kind))) {
    const ofKind = cells.filter((cell) => cell.row === row && cell.kind === kind);
    const seen = ofKind.map((cell) => [cell.column, rule(trialOf(cell), answered).verdict]);
    expect(seen).toEqual(ofKind.map(({ column, expected }) => [column, verdicts[expected as keyof typeof verdicts]]));
  }
});

describe("a denial", () => {
  const failed: Trial = { ...answeredTrial(), attempts: [attempt("timeout")] };
  delete failed.convergedAt;
  const controls: Record<string, Trial | undefined> = {
    "was not asked": undefined,
    "could not be asked": { ...answeredTrial(), attempts: [], lost: "the stream broke" },
    "was never answered": failed,
    "is answered no more": { ...answeredTrial(), attempts: [...answeredTrial().attempts, attempt("timeout")] },
    "was not asked often enough": { ...failed, attempts: answeredTrial().attempts },
    "was asked by an agent that was stalled": { ...failed, attempts: [attempt("timeout", 4_000)] },
  };

  test.for(Object.keys(controls))("is kept by nothing but proof when its control %s", (state) => {
    const kept = cells.filter(({ asked, expected }) => asked.expect.denial && expected === "P");
    const seen = kept.map((cell) => [`${cell.row} ${cell.column}`, rule(trialOf(cell), controls[state]).verdict]);
    expect(seen).toEqual(seen.map(([cell = ""]) => [cell, proofs.has(cell) ? "passed" : "broken"]));
    expect(new Set(kept.map(({ row }) => row)).size).toBe(promises.filter(([, of]) => of.denial).length);
  });

  test.for(Object.keys(controls))("is broken by an answer also when its control %s", (state) => {
    const broken = cells.filter(({ asked, expected }) => asked.expect.denial && expected === "F");
    const passing = broken.filter((cell) => rule(trialOf(cell), controls[state]).verdict !== "failed");
    expect(passing.map(({ asked }) => asked.variant)).toEqual([]);
  });
});

describe("the table is complete", () => {
  test("over expectations: whatever makes a promise has a row", async () => {
    const folder = new URL("../expect/", import.meta.url);
    const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
    const exported = await Promise.all(files.map((file) => import(new URL(file, folder).href) as Promise<object>));
    const factories = exported.flatMap((module) =>
      Object.entries(module).flatMap(([name, value]) =>
        typeof value === "function" || Object(value).judge ? [name] : [],
      ),
    );
    const rows = new Set(promises.map(([row]) => row.split(",")[0]));
    expect([...table.keys()]).toEqual(promises.map(([row]) => row));
    expect(new Set([...rows, ...noPromises])).toEqual(new Set(factories));
  });

  test("over outcomes and kinds of questions", () => {
    expect(new Set(columns.map(([, outcome]) => outcome))).toEqual(new Set(outcomes));
    const kinds: Record<Kind, true> = { http: true, tcp: true, udp: true, dns: true, environment: true, objects: true };
    expect(new Set(cells.map(({ kind }) => kind))).toEqual(new Set(Object.keys(kinds)));
    const uneven = [...table].filter(([, letters]) => letters.length !== columns.length);
    expect(uneven).toEqual([]);
    expect(cells.map(({ expected }) => expected).filter((letter) => !"PFB".includes(letter) || letter === "")).toEqual(
      [],
    );
  });

  test("and nothing that was not run is anything but broken", () => {
    expect(new Set(cells.filter(({ column }) => column === "not-run").map(({ expected }) => expected))).toEqual(
      new Set("B"),
    );
  });
});

function trialOf(cell: Cell): Trial {
  const trial = trials.get(cell);
  if (!trial) throw new Error(`nobody asked ${cell.asked.variant}`);
  return trial;
}

/** Asks every cell's path at once; each attempt on it ends as its column says. */
async function ask(all: Cell[]): Promise<Map<Cell, Trial>> {
  const asking = new Map<Question, { cell: Cell; attempts: { count: number } }>();
  const numbered = all.map((cell) => {
    const attempts = { count: 0 };
    const probe = () => {
      const made = question(cell.kind);
      asking.set(made, { cell, attempts });
      return made;
    };
    return { ...cell.asked, probe };
  });
  const made = await converge(numbered, {
    settleMs: 1,
    holdPauseMs: 0,
    signal: new AbortController().signal,
    ask: (_, questions) =>
      Promise.resolve(
        questions.map((each) => {
          const asked = asking.get(each);
          if (!asked) throw new Error("a question of no path");
          const { column, kind, answers } = asked.cell;
          return sightingOf(column, kind, answers, asked.attempts.count++);
        }),
      ),
  });
  return new Map(made.map((trial, index) => [all[index] as Cell, trial]));
}

function question(kind: Kind): Question {
  const timeoutMs = 5_000;
  if (kind === "dns") return { kind, transport: "udp", name: "n", type: "A", timeoutMs };
  if (kind === "environment") return { kind, prefix: "", timeoutMs };
  if (kind === "objects") return { kind, of: { apiVersion: "v1", kind: "Any" }, timeoutMs };
  return { kind, host: "10.0.0.1", port: 80, timeoutMs };
}

function attempt(outcome: "answered" | "timeout", eventLoopDelayMs = 0): Trial["attempts"][number] {
  const observation = { ...(outcome === "answered" ? answerOf(echo) : silence("timeout")), eventLoopDelayMs };
  return { probe: question("http"), observation, judgement: control.expect.judge(observation) };
}

function answeredTrial(): Trial {
  const attempts = Array.from({ length: 8 }, () => attempt("answered"));
  return { path: control, attempts, convergedAt: 3, convergedMs: 1, startedMs: 0, endedMs: 1 };
}

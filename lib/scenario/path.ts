import type { Expectation } from "./expect/expect.ts";
import { type Asker, type Place, placeName, type Service } from "./place.ts";
import type { Way } from "../report/path-result.ts";
import type { Question } from "./question.ts";
import type { Vantage } from "./vantage.ts";

/** What a path leads through that neither of its ends tells. */
export interface Through {
  rung: Way["rung"];
  /** The Service that is asked at somebody else's address, such as a node's. */
  service?: Service;
}

/** One question from one place, and the answer that the claim promises. */
export interface Path {
  /** What tells this path from others between the same two places: `http-8k`, `by-name-udp`. */
  variant: string;
  from: Asker;
  to: Place;
  /** Made when it is asked, so that it may read addresses. */
  probe: () => Question;
  expect: Expectation;
  /** For a denial: the path that must answer, or the denial proves nothing. It may be of an earlier act. */
  control?: Path;
  /** Default: what its ends and its question tell. */
  through?: Through;
  /** How long it may take to keep its promise; default: the run's `--settle`. */
  settleMs?: number;
  /** For a path from outside: for whom its asker stands. */
  vantage?: Vantage | undefined;
  /** Asked without pause while the change of its act is made. */
  during?: true;
  /** With `during`: so long it may be without the promised answer, and it is asked until it has it again. Default: not at all. */
  gapLimitMs?: number;
}

/** Makes a path; `control` is required exactly where the expectation is a denial. */
export function path(variant: string, spec: Omit<Path, "variant">): Path {
  if (spec.expect.denial !== (spec.control !== undefined))
    throw new Error(`path ${variant}: a denial needs a control, and nothing else has one`);
  return { variant, ...spec };
}

/** Ends the variant of a path over IPv6 in clusters that have both families. */
export const familySuffix = "-ipv6";

/** Gives the stable id of a path: scenario, act and names, joined by `/`; a `/` or blank inside a name is percent-encoded. */
export function pathId(scenario: string, act: string, asked: Path): string {
  const { from, to } = asked;
  const ends = [from, to].flatMap((place) => [place.cluster, "node" in place ? place.node : undefined, place.name]);
  const parts = [act, ...ends, variantOf(asked)].filter((part) => part !== undefined).filter((part) => part !== "");
  return [scenario, ...parts.map(segment)].join("/");
}

/** Prints what a path is about, without addresses. */
export function pathTitle(asked: Path): string {
  return `${placeName(asked.from)} -> ${placeName(asked.to)} ${variantOf(asked)}`;
}

/** The ordered pair of clusters that a path belongs to; who asks from outside of all clusters is `outside`. */
export function pathPair({ from, to }: Path): string {
  return `${from.cluster === "" ? "outside" : from.cluster} -> ${to.cluster}`;
}

function variantOf({ from, to, variant }: Path): string {
  const isOverIPv6 = [from, to].some((place) => "family" in place && place.family === "IPv6");
  return isOverIPv6 ? `${variant}${familySuffix}` : variant;
}

function segment(name: string): string {
  return name.replaceAll(/[%/\s]/g, (character) => encodeURIComponent(character));
}

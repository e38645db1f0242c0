import type { Restriction } from "./hypothesis.ts";
import type { Seen } from "./seen.ts";
import type { Touch } from "./touches.ts";

/** A restriction and, for one to large packets, that it is one. */
export interface Candidate extends Restriction {
  isOfSize: boolean;
  prior: number;
}

/** Every network carries smaller packets. */
const large = 576;

/**
 * Lists the restrictions that the failed paths of an element suggest: what all of some failures have in common and other traffic through
 * the same element does not.
 */
export function restrictionsOf(touched: { touch: Touch; seen: Seen }[]): Candidate[] {
  const failed = touched.filter(({ seen }) => seen.symptom !== undefined);
  const isOfHost = touched.some(({ touch }) => touch.element.kind === "host");
  const transports = values(failed, ({ touch }) => touch.transport);
  const families =
    values(touched, ({ seen }) => seen.way.family).length > 1 ? values(failed, ({ seen }) => seen.way.family) : [];
  const sizes = values(touched, ({ touch }) => touch.bytes).filter((bytes) => bytes >= large);
  return [
    ...transports.map((transport): Candidate => ({
      text: transport,
      isOfSize: false,
      prior: -1,
      admits: (touch) => touch.transport === transport,
    })),
    ...values(failed, ({ touch }) => touch.port).map((port): Candidate => ({
      text: `port ${port}`,
      isOfSize: false,
      // Each port of a host is somebody else.
      prior: isOfHost ? -0.8 : -2,
      admits: (touch) => touch.port === port,
    })),
    ...families.map((family): Candidate => ({
      text: family,
      isOfSize: false,
      prior: -1,
      admits: (_, seen) => seen.way.family === family,
    })),
    ...(isOfHost ? ofHosts : []),
    ...sizes.flatMap((bytes) => ofSize(bytes, transports)),
  ];
}

/** What a node itself asks may go other ways than what it is asked; ids of causes do not tell them apart. */
const ofHosts = [true, false].map((asks): Candidate => ({
  text: "",
  isOfSize: false,
  prior: -0.7,
  admits: (_, { path }) => path.scenario.startsWith("host-paths/node-to") === asks,
}));

function ofSize(bytes: number, transports: ("tcp" | "udp")[]): Candidate[] {
  const isLarge = (touch: Touch) => touch.bytes !== undefined && touch.bytes >= bytes;
  return [
    { text: "", isOfSize: true, prior: -0.7, admits: isLarge },
    ...transports.map((transport): Candidate => ({
      text: transport,
      isOfSize: true,
      prior: -2,
      admits: (touch) => isLarge(touch) && touch.transport === transport,
    })),
  ];
}

function values<T, V>(all: readonly T[], read: (each: T) => V | undefined): V[] {
  return [...new Set(all.map(read))].filter((value): value is V & {} => value !== undefined);
}

import type { Outcome } from "../../probe/outcome.ts";
import { defaultSamples, denialSamples, type Expectation, type Judgement, sawText } from "./expect.ts";
import type { Sighting } from "../question.ts";

/** Statuses by which a server says that it wants credentials, or others. */
const refusals = [401, 403];
/** What a port for TLS says to plain HTTP. */
const wantsTls = 400;
/** How a question ends that nobody answered. An open connection may have come before. */
const silences: Outcome[] = ["refused", "denied", "timeout", "unreachable", "reset", "tls-failure"];

/** Promises that an HTTPS server answers and gives nothing to who has no credentials. */
export function demandsCredentials(): Expectation {
  return {
    text: "an answer that demands credentials: status 401 or 403",
    denial: false,
    samples: defaultSamples,
    judge: (observation) => ruling(observation, isRefusal(observation)),
  };
}

/** Promises that nobody without credentials is given anything: a demand for them, or no answer at all, which a firewall may see to. */
export function refusesAnonymous(): Expectation {
  return {
    text: "nothing for who has no credentials: status 401 or 403, or no answer",
    denial: true,
    samples: denialSamples,
    judge: (observation) => ruling(observation, isRefusal(observation) || isUnanswered(observation)),
  };
}

/**
 * Promises that a port answers nobody: it takes no connection, or ends it without a word, as a server does that wants a client's certificate.
 * One that takes connections and leaves them waiting is there for somebody, and breaks the promise.
 */
export function answersNobody(): Expectation {
  return {
    text: "no connection, or one that ends without an answer",
    denial: true,
    samples: denialSamples,
    judge(observation) {
      const waits = observation.outcome === "timeout" && observation.connectMs !== undefined;
      return ruling(observation, (isUnanswered(observation) && !waits) || observation.status === wantsTls);
    },
  };
}

/** Promises that a port takes connections, whatever becomes of them. */
export function accepts(): Expectation {
  return {
    text: "a connection",
    denial: false,
    samples: defaultSamples,
    judge: (observation) => ruling(observation, observation.connectMs !== undefined),
  };
}

/** Promises an HTTP answer, whatever it says. */
export function answersHttp(): Expectation {
  return {
    text: "an answer of any HTTP status",
    denial: false,
    samples: defaultSamples,
    judge: (observation) => ruling(observation, observation.status !== undefined),
  };
}

function ruling(observation: Sighting, isKept: boolean): Judgement {
  return { kept: isKept, saw: portText(observation) };
}

function isRefusal({ status }: Sighting): boolean {
  return status !== undefined && refusals.includes(status);
}

function isUnanswered({ status, outcome }: Sighting): boolean {
  return status === undefined && silences.includes(outcome);
}

function portText(observation: Sighting): string {
  const { status, connectMs, identity } = observation;
  if (status !== undefined && !identity) return `an HTTP answer of status ${status}`;
  return connectMs === undefined ? sawText(observation) : `a connection, and then ${sawText(observation)}`;
}

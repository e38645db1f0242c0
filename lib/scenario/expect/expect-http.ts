import { answeredBy, broken, denialSamples, type Expectation, type Judgement, kept, sawText } from "./expect.ts";
import type { Pod } from "../place.ts";
import type { Sighting } from "../question.ts";

/** Promises an HTTP answer with this status, and by none of the run's pods. Stands on a control: anybody answers so who knows nothing. */
export function status(code: number): Expectation {
  return {
    text: `HTTP status ${code}, and from none of the backends`,
    denial: true,
    saysNo: true,
    samples: denialSamples,
    judge: (sighting) =>
      sighting.outcome === "http-status" && sighting.status === code ? kept : broken(sawText(sighting)),
  };
}

/** Promises that none of the run's pods answers: whoever does says something of their own, or hangs up. */
export function answeredByOthers(): Expectation {
  return {
    text: "an answer from none of the backends",
    denial: true,
    saysNo: true,
    samples: denialSamples,
    judge(sighting) {
      const isOther = ["http-status", "wrong-answer", "reset"].includes(sighting.outcome) && !sighting.identity;
      return isOther ? kept : broken(sawText(sighting));
    },
  };
}

/** Where a redirect leads. Its port may be any: the controller need not know by which one it is reached. */
export interface RedirectTarget {
  scheme: "http" | "https";
  host: string;
  /** With its query. */
  path: string;
}

/** Promises what `answer` does, or a redirect to this target. */
export function orRedirect(answer: Expectation, target: () => RedirectTarget): Expectation {
  return alike(
    answer,
    () => {
      const { scheme, host, path } = target();
      return `${answer.text}, or a redirect to ${scheme}://${host}${path}`;
    },
    (sighting) => (leadsTo(sighting, target()) ? kept : answer.judge(sighting)),
  );
}

/** Promises what `answer` does, behind a certificate with this SHA-256. */
export function behindCertificate(answer: Expectation, fingerprint256: () => string): Expectation {
  return alike(
    answer,
    () => `${answer.text}, behind the certificate of the Secret`,
    (sighting) => {
      const answered = answer.judge(sighting);
      const { certificate } = sighting;
      if (!certificate) return answered.kept ? broken("an answer without TLS") : answered;
      if (certificate.fingerprint256 === fingerprint256()) return answered;
      const names = certificate.names.length === 0 ? "no name" : certificate.names.join(", ");
      return broken(`another certificate, for ${names}, SHA-256 ${certificate.fingerprint256}`);
    },
  );
}

/**
 * Promises an answer by this pod that has received this host and path, and has been told on whose behalf it is asked. By which address
 * that is told is not promised: networks may have put another one in its place before.
 */
export function receivedBy(pod: Pod, sent: () => { host: string; path: string }): Expectation {
  const answer = answeredBy(pod);
  return alike(
    answer,
    () => `${answer.text}, which receives host ${sent().host}, path ${sent().path} and X-Forwarded-For`,
    (sighting) => {
      const answered = answer.judge(sighting);
      if (!answered.kept) return answered;
      const { host = "", path = "", forwarded = {} } = sighting.identity ?? {};
      if (host.toLowerCase() !== sent().host.toLowerCase()) return broken(`the backend received host ${host}`);
      if (path !== sent().path) return broken(`the backend received path ${path}`);
      return forwarded.for === undefined ? broken("the backend received no X-Forwarded-For") : kept;
    },
  );
}

const redirects = [301, 302, 307, 308];

function leadsTo({ outcome, status: code, location }: Sighting, { scheme, host, path }: RedirectTarget): boolean {
  if (outcome !== "http-status" || !redirects.includes(code ?? 0) || location === undefined) return false;
  const url = URL.parse(location, `${scheme}://${host}`);
  return url?.protocol === `${scheme}:` && url.hostname === host.toLowerCase() && url.pathname + url.search === path;
}

/** The text is read late: it may tell what is known after deployment only. */
function alike(
  { denial, samples, answerers = [], each = false }: Expectation,
  text: () => string,
  judge: (sighting: Sighting) => Judgement,
): Expectation {
  return {
    get text() {
      return text();
    },
    denial,
    samples,
    answerers,
    each,
    judge,
  };
}

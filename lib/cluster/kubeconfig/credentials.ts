import { readFile } from "node:fs/promises";
import type { Redactor } from "../../base/redact.ts";
import type { Access } from "./access.ts";
import { ApiFailure } from "../api-failure.ts";
import { hostOf } from "./server-host.ts";
import { type IssuedCredentials, runCredentialHelper } from "./credential-helper.ts";

/** Credentials that change during a run: those that a helper issues, and a token that is re-read from a file. */
export interface ChangingCredentials {
  /** Runs the helper, or reads the file, when what it holds has run out; callers at the same time share one run. */
  current(): Promise<IssuedCredentials>;
  /** Makes the next `current` ask again, as after a 401. */
  forget(): void;
}

/** A credential is renewed this long before it runs out, so that it outlives the request that it is used for. */
const renewalMarginMs = 30_000;
/** As client-go does. */
const tokenFileLifeMs = 60_000;

/**
 * Finds the changing credentials of a context; undefined when it has none.
 *
 * `current` throws ApiFailure of kind `credentials`. Everything issued is taught to `redactor`.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export function changingCredentials(access: Access, redactor: Redactor): ChangingCredentials | undefined {
  const { helper, tokenFile } = access;
  if (helper !== undefined) return singleFlight(() => runCredentialHelper(access, helper, redactor), redactor);
  if (tokenFile !== undefined) return singleFlight(() => readToken(access, tokenFile), redactor);
  return undefined;
}

function singleFlight(issue: () => Promise<IssuedCredentials>, redactor: Redactor): ChangingCredentials {
  let held: IssuedCredentials | undefined;
  let pending: Promise<IssuedCredentials> | undefined;
  const renew = async (): Promise<IssuedCredentials> => {
    try {
      held = await issue();
      redactor.learn([held.token, held.clientCertificate, held.clientKey].filter((text) => text !== undefined));
      return held;
    } finally {
      pending = undefined;
    }
  };
  return {
    current: async () => {
      if (held !== undefined && held.expiresAtMs - renewalMarginMs > Date.now()) return held;
      pending ??= renew();
      return await pending;
    },
    forget: () => {
      held = undefined;
    },
  };
}

async function readToken(access: Access, file: string): Promise<IssuedCredentials> {
  try {
    const token = (await readFile(file, "utf8")).trim();
    return { token, expiresAtMs: Date.now() + renewalMarginMs + tokenFileLifeMs };
  } catch {
    throw new ApiFailure({
      kind: "credentials",
      context: access.context,
      server: hostOf(access.server),
      request: "credentials",
      what: `the token file ${file} cannot be read`,
      cure: "Check tokenFile of the user entry in the kubeconfig.",
    });
  }
}

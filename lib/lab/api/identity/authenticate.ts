import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import { ApiError } from "../../model.ts";
import type { KubeObject } from "../../model.ts";
import type { TokenIssuer, User } from "./service-account-token.ts";

const anonymous: User = { name: "system:anonymous", groups: ["system:unauthenticated"] };

/** Where to look whether a service account still exists. */
export interface AccountReader {
  get(resource: string, name: string, namespace?: string): KubeObject | undefined;
}

/**
 * Tells who sends a request: the subject of a client certificate that our authority signed, the owner of a bearer token, or nobody.
 *
 * Throws the 401 ApiError for a certificate or token that is not good.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/
 */
export function authenticate(
  request: IncomingMessage,
  credentials: Pick<TokenIssuer, "authenticate">,
  accounts: AccountReader,
): User {
  const socket = request.socket as TLSSocket;
  if (socket.authorized) return certificateUser(socket);
  // A certificate that somebody else signed is refused, even with a good token beside it.
  if (Object.keys(socket.getPeerCertificate()).length > 0) throw unauthorized();
  const [, token] = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (token === undefined) return anonymous;
  const user = credentials.authenticate(token);
  const [, , namespace, name] = user?.name.split(":") ?? [];
  if (!user || !accounts.get("serviceaccounts", name ?? "", namespace)) throw unauthorized();
  return user;
}

function certificateUser(socket: TLSSocket): User {
  const { subject } = socket.getPeerCertificate();
  const organizations: string | string[] | undefined = subject.O;
  const groups = [organizations ?? []].flat();
  return { name: [subject.CN].flat().join(" "), groups: [...groups, "system:authenticated"] };
}

function unauthorized(): ApiError {
  return new ApiError(401, "Unauthorized", "Unauthorized");
}

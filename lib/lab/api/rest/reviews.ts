import { fieldOf, isRecord, listOf, textOf } from "../../../base/open-record.ts";
import { isAllowed } from "../identity/authorize.ts";
import type { Attempt, RoleReader } from "../identity/authorize.ts";
import { rolesOf } from "../identity/role-rules.ts";
import type { TokenIssuer, User } from "../identity/service-account-token.ts";

/** A review that is answered at once and never stored. */
export interface ReviewKind {
  group: string;
  kind: string;
  plural: string;
  status(body: unknown, user: User, roles: RoleReader, tokens: TokenIssuer): object;
}

/** The reviews that we answer, all of version v1, cluster-wide and to be created only. */
export const reviewKinds: readonly ReviewKind[] = [
  {
    group: "authorization.k8s.io",
    kind: "SelfSubjectAccessReview",
    plural: "selfsubjectaccessreviews",
    status: (body, user, roles) => ({ allowed: isAllowed(user, attemptOf(body), roles) }),
  },
  {
    group: "authorization.k8s.io",
    kind: "SelfSubjectRulesReview",
    plural: "selfsubjectrulesreviews",
    status(body, user, roles) {
      const everything = [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }];
      const isMaster = user.groups.includes("system:masters");
      const resourceRules = isMaster ? everything : rolesOf(user, textOf(body, "spec", "namespace"), roles);
      return {
        resourceRules,
        nonResourceRules: isMaster ? [{ verbs: ["*"], nonResourceURLs: ["*"] }] : [],
        incomplete: false,
      };
    },
  },
  {
    group: "authorization.k8s.io",
    kind: "SubjectAccessReview",
    plural: "subjectaccessreviews",
    status(body, _user, roles) {
      const groups = [...listOf(body, "spec", "groups").map(String), "system:authenticated"];
      return { allowed: isAllowed({ name: textOf(body, "spec", "user") ?? "", groups }, attemptOf(body), roles) };
    },
  },
  {
    group: "authentication.k8s.io",
    kind: "SelfSubjectReview",
    plural: "selfsubjectreviews",
    status: (_body, user) => ({ userInfo: userInfo(user) }),
  },
  {
    group: "authentication.k8s.io",
    kind: "TokenReview",
    plural: "tokenreviews",
    status(body, _user, _roles, tokens) {
      const user = tokens.authenticate(textOf(body, "spec", "token") ?? "");
      return user
        ? { authenticated: true, user: userInfo(user) }
        : { authenticated: false, error: "invalid bearer token" };
    },
  },
];

/** Answers a review: the object that came, with its status. */
export function answerReview(
  kind: ReviewKind,
  body: unknown,
  user: User,
  roles: RoleReader,
  tokens: TokenIssuer,
): object {
  const status = kind.status(body, user, roles, tokens);
  const spec = fieldOf(body, "spec");
  const metadata = { creationTimestamp: null };
  const apiVersion = `${kind.group}/v1`;
  return { kind: kind.kind, apiVersion, metadata, ...(isRecord(spec) && { spec }), status };
}

function userInfo({ name, groups, uid }: User): object {
  return { username: name, ...(uid && { uid }), groups };
}

function attemptOf(body: unknown): Attempt {
  const path = textOf(body, "spec", "nonResourceAttributes", "path");
  const verb = textOf(body, "spec", path ? "nonResourceAttributes" : "resourceAttributes", "verb") ?? "";
  if (path) return { verb, path };
  const text = (name: string) => textOf(body, "spec", "resourceAttributes", name);
  const [subresource, namespace, name] = [text("subresource"), text("namespace"), text("name")];
  return {
    verb,
    group: text("group") ?? "",
    resource: text("resource") ?? "",
    ...(subresource && { subresource }),
    ...(namespace && { namespace }),
    ...(name && { name }),
  };
}

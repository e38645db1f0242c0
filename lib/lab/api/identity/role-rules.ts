import type { KubeObject } from "../../model.ts";
import type { RoleReader } from "./authorize.ts";
import type { User } from "./service-account-token.ts";

/** What a role grants. */
export interface Rule {
  verbs?: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
}

/** Gives the rules of all roles that are bound to a user, cluster-wide and in one namespace. */
export function rolesOf(user: User, namespace: string | undefined, reader: RoleReader): Rule[] {
  const clusterWide = reader.list("clusterrolebindings.rbac.authorization.k8s.io");
  const local = namespace ? reader.list("rolebindings.rbac.authorization.k8s.io", { namespace }) : [];
  return [...clusterWide, ...local]
    .filter((binding) => (binding["subjects"] ?? []).some((subject: Subject) => isMeant(subject, user, binding)))
    .flatMap((binding) => {
      const { kind, name } = binding["roleRef"];
      const role =
        kind === "ClusterRole"
          ? reader.get("clusterroles.rbac.authorization.k8s.io", name)
          : reader.get("roles.rbac.authorization.k8s.io", name, binding.metadata.namespace);
      return role?.["rules"] ?? [];
    });
}

interface Subject {
  kind: string;
  name: string;
  namespace?: string;
}

function isMeant({ kind, name, namespace }: Subject, user: User, binding: KubeObject): boolean {
  if (kind === "Group") return user.groups.includes(name);
  if (kind === "User") return user.name === name;
  return user.name === `system:serviceaccount:${namespace ?? binding.metadata.namespace}:${name}`;
}

import type { ApiObject } from "../api-object.ts";

export const controllerName = "k8s.io/ingress-nginx";

const classAnnotation = "kubernetes.io/ingress.class";
const annotationValue = "nginx";

/**
 * Selects the Ingresses that this controller serves, oldest first; of two from the same second the one whose `namespace/name` sorts last comes first.
 *
 * An Ingress is ours when its class is there and names our controller, or when it has no class but the old annotation `nginx`.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/multiple-ingress/
 */
export function ownIngresses(ingresses: Iterable<ApiObject>, classes: Iterable<ApiObject>): ApiObject[] {
  const own = new Set([...classes].filter(isOwnClass).map(({ metadata }) => metadata.name));
  return [...ingresses]
    .filter(({ spec, metadata }) => {
      const name: string | undefined = spec?.ingressClassName;
      return name === undefined ? metadata.annotations?.[classAnnotation] === annotationValue : own.has(name);
    })
    .toSorted((left, right) => compare(ageOf(left), ageOf(right)) || compare(keyOf(right), keyOf(left)));
}

/** Gives `namespace/name`. */
export function keyOf({ metadata }: ApiObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function isOwnClass({ spec }: ApiObject): boolean {
  return spec?.controller === controllerName;
}

function ageOf({ metadata }: ApiObject): string {
  return metadata.creationTimestamp ?? "";
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

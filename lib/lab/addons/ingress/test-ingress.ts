import type { ApiObject } from "../api-object.ts";

export interface TestIngress {
  namespace?: string;
  /** Seconds; the lower the older. */
  age?: number;
  annotations?: Record<string, string>;
  className?: string;
  defaultBackend?: string;
  tls?: { hosts?: string[]; secretName?: string }[];
  /** Host and paths: the Service's name by `PathType path`; port 80. Without paths the rule has no http part. */
  rules?: [host: string, paths?: Record<string, string>][];
}

/** Builds an Ingress of the class `nginx` for tests. */
export function testIngress(name: string, facts: TestIngress): ApiObject {
  const { namespace = "shop", age = 0, annotations = {}, className = "nginx", defaultBackend, tls, rules } = facts;
  return {
    metadata: {
      name,
      namespace,
      uid: `uid-of-${name}`,
      resourceVersion: "1",
      creationTimestamp: new Date(Date.UTC(2026, 0, 1, 0, 0, age)).toISOString(),
      annotations,
    },
    spec: {
      ingressClassName: className,
      ...(defaultBackend && { defaultBackend: backend(defaultBackend) }),
      ...(tls && { tls }),
      ...(rules && { rules: rules.map(([host, paths]) => ({ ...(host && { host }), ...(paths && httpPart(paths)) })) }),
    },
  };
}

function httpPart(paths: Record<string, string>): object {
  const entries = Object.entries(paths).map(([rule, service]) => {
    const [pathType, path] = rule.split(" ");
    return { pathType, path, backend: backend(service) };
  });
  return { http: { paths: entries } };
}

function backend(name: string): object {
  return { service: { name, port: { number: 80 } } };
}

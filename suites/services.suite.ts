import {
  answeredBy,
  answeredByAny,
  answeredByEach,
  answeredByTheSame,
  blocked,
  reachesAmong,
} from "../lib/scenario/expect/expect.ts";
import { path, type Through } from "../lib/scenario/path.ts";
import type { Pod, Service } from "../lib/scenario/place.ts";
import { http, silenceTimeoutMs, tcp, udp } from "../lib/scenario/probes.ts";
import { scenario } from "../lib/scenario/scenario.ts";

const services = "https://kubernetes.io/docs/concepts/services-networking/service/";
const virtualIps = "https://kubernetes.io/docs/reference/networking/virtual-ips/";

/** Ports of fixtures/manifests/echo-services.yaml, by the protocol that answers there. */
const servicePorts = [
  { protocol: http, port: 80 },
  { protocol: tcp, port: 81 },
  { protocol: udp, port: 82 },
] as const;

function* everyPort(from: Pod, to: Service, host: () => string, suffix: string, backends: Pod[], through?: Through) {
  for (const { protocol, port } of servicePorts)
    yield path(`${protocol.name}-${suffix}`, {
      from,
      to,
      probe: () => protocol(host(), { port }),
      expect: answeredByAny(backends),
      ...(through ? { through } : {}),
    });
}

scenario("services/cluster-address", {
  claim: "a Service answers on its cluster address, from every node, over TCP and UDP",
  spec: `${services}#type-clusterip`,
  covers: ["K3"],
  needs: [],
  eachFamily: true,
  deploy: ["echo-services.yaml"],
  *paths({ clusters }) {
    for (const { clients, echoes, service } of clusters) {
      const echo = service("echo");
      for (const from of clients) yield* everyPort(from, echo, () => echo.address, "by-address", echoes);
    }
  },
});

scenario("services/name", {
  claim: "a Service answers to its name, as an application looks it up, from every node, over TCP and UDP",
  spec: `${services}#dns`,
  covers: ["K3", "D1"],
  needs: ["dns"],
  deploy: ["echo-services.yaml"],
  *paths({ clusters }) {
    for (const { clients, echoes, service } of clusters)
      for (const from of clients) yield* everyPort(from, service("echo"), () => "echo", "by-name", echoes);
  },
});

scenario("services/target-port", {
  claim: "a Service port leads to its target port, whether that is given by name or by number",
  spec: `${services}#field-spec-ports`,
  covers: ["K3"],
  needs: [],
  deploy: ["echo-services.yaml"],
  *paths({ clusters }) {
    for (const { clients, echoes, service } of clusters)
      for (const from of clients)
        for (const [to, kind] of [
          [service("echo"), "named"],
          [service("echo-numbered"), "numbered"],
        ] as const)
          yield* everyPort(from, to, () => to.address, kind, echoes);
  },
});

scenario("services/every-backend", {
  claim: "every ready backend of a Service is reached, and nobody else answers",
  spec: virtualIps,
  covers: ["K3"],
  needs: [],
  eachFamily: true,
  deploy: ["echo-services.yaml"],
  *paths({ clusters }) {
    for (const { clients, echoes, service } of clusters) {
      const echo = service("echo");
      for (const from of clients)
        for (const { protocol, port } of servicePorts)
          yield path(protocol.name, {
            from,
            to: echo,
            probe: () => protocol(echo.address, { port }),
            expect: answeredByEach(echoes),
          });
    }
  },
});

scenario("services/hairpin", {
  claim: "a pod reaches itself through its own Service",
  spec: "https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/#a-pod-fails-to-reach-itself-via-the-service-ip",
  covers: ["K3"],
  needs: [],
  eachFamily: true,
  deploy: ["echo-services.yaml"],
  *paths({ clusters }) {
    for (const { echoes, service } of clusters) {
      const echo = service("echo");
      for (const from of echoes)
        for (const { protocol, port } of servicePorts)
          yield path(`${protocol.name}-to-itself`, {
            from,
            to: echo,
            probe: () => protocol(echo.address, { port }),
            expect: reachesAmong(from, echoes),
          });
    }
  },
});

scenario("services/no-endpoints", {
  claim: "a Service without endpoints answers nobody",
  spec: virtualIps,
  covers: ["K3"],
  needs: [],
  eachFamily: true,
  deploy: ["echo-services.yaml"],
  *paths({ clusters }) {
    for (const { clients, echoes, service } of clusters) {
      const [empty, echo] = [service("empty"), service("echo")];
      for (const from of clients)
        for (const { protocol, port } of servicePorts) {
          const control = path(`${protocol.name}-control`, {
            from,
            to: echo,
            probe: () => protocol(echo.address, { port }),
            expect: answeredByAny(echoes),
          });
          yield control;
          yield path(protocol.name, {
            from,
            to: empty,
            probe: () => protocol(empty.address, { port, timeoutMs: silenceTimeoutMs }),
            expect: blocked(["refused", "denied", "timeout", "unreachable", "reset"]),
            control,
          });
        }
    }
  },
});

scenario("services/headless", {
  claim: "the name of a headless Service leads straight to its pods",
  spec: `${services}#headless-services`,
  covers: ["K3"],
  needs: ["dns"],
  deploy: ["echo-services.yaml"],
  *paths({ clusters }) {
    for (const { clients, echoes, service } of clusters)
      for (const from of clients)
        for (const protocol of [http, tcp, udp])
          yield path(`${protocol.name}-by-name`, {
            from,
            to: service("echo-headless"),
            probe: () => protocol("echo-headless"),
            expect: answeredByAny(echoes),
          });
  },
});

scenario("services/external-name", {
  claim: "an ExternalName Service is an alias: asking it reaches what it names",
  spec: `${services}#externalname`,
  covers: ["K3"],
  needs: ["dns"],
  deploy: ["echo-services.yaml", "external-name.yaml"],
  *paths({ clusters }) {
    for (const { clients, echoes, service } of clusters)
      for (const from of clients)
        yield* everyPort(from, service("alias"), () => "alias", "by-alias", echoes, {
          rung: "name",
          service: service("echo"),
        });
  },
});

scenario("services/session-affinity", {
  claim: "with session affinity ClientIP a client always reaches the same backend",
  spec: `${virtualIps}#session-affinity`,
  covers: ["K3"],
  needs: ["multi-node"],
  eachFamily: true,
  deploy: ["echo-services.yaml"],
  *paths({ clusters }) {
    for (const { clients, echoes, service } of clusters) {
      const sticky = service("echo-affinity");
      for (const from of clients)
        for (const { protocol, port } of servicePorts)
          yield path(`${protocol.name}-sticky`, {
            from,
            to: sticky,
            probe: () => protocol(sticky.address, { port }),
            expect: answeredByTheSame(echoes),
          });
    }
  },
});

scenario("services/unready-pod", {
  claim: "a Service sends nothing to a pod that is not ready, though that pod would answer",
  spec: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-readiness-gate",
  covers: ["K3"],
  needs: [],
  eachFamily: true,
  deploy: ["unready.yaml"],
  *paths({ clusters }) {
    for (const { clients, service, workload } of clusters) {
      const [ready, unready] = [workload("always-ready"), workload("never-ready")];
      const [readyOnly, readyOrNot] = [service("ready-only"), service("ready-or-not")];
      for (const from of clients) {
        yield path("http-direct", {
          from,
          to: unready,
          probe: () => http(unready.address),
          expect: answeredBy(unready),
        });
        yield path("http-readiness-ignored", {
          from,
          to: readyOrNot,
          probe: () => http(readyOrNot.address, { port: 80 }),
          expect: answeredByEach([ready, unready]),
        });
        for (const { protocol, port } of servicePorts)
          yield path(`${protocol.name}-ready-only`, {
            from,
            to: readyOnly,
            probe: () => protocol(readyOnly.address, { port }),
            expect: answeredByEach([ready], { asIfAmong: 2 }),
          });
      }
    }
  },
});

scenario("services/namespaces", {
  claim: "one short name is two different Services in two namespaces, and the qualified name crosses between them",
  spec: "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#namespaces-and-dns",
  covers: ["K2", "D1"],
  needs: ["dns"],
  deploy: ["echo-services.yaml", "other-namespace.yaml"],
  *paths({ clusters }) {
    for (const { clients, echoes, service, workload } of clusters) {
      const resident = workload("resident", "other");
      const [mine, theirs] = [service("echo"), service("echo", "other")];
      const ask = (from: Pod, to: Service, variant: string, host: () => string, answerers: Pod[]) =>
        path(variant, { from, to, probe: () => http(host(), { port: 80 }), expect: answeredByAny(answerers) });
      for (const from of clients) {
        yield ask(from, mine, "short-name", () => "echo", echoes);
        yield ask(from, theirs, "qualified-name-of-other", () => `echo.${theirs.namespace}`, [resident]);
      }
      yield ask(resident, theirs, "short-name", () => "echo", [resident]);
      yield ask(resident, mine, "qualified-name-of-run", () => `echo.${mine.namespace}`, echoes);
    }
  },
});

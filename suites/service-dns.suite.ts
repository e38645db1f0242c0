import { absent, locates, pointsTo, resolvesTo } from "../lib/scenario/expect/expect-records.ts";
import { kubectl } from "../lib/scenario/kubectl.ts";
import { type Path, path } from "../lib/scenario/path.ts";
import type { Place, Pod, Service } from "../lib/scenario/place.ts";
import { addressType, dns, podAddressName } from "../lib/scenario/probes.ts";
import { scenario } from "../lib/scenario/scenario.ts";

const specification = "https://github.com/kubernetes/dns/blob/master/docs/specification.md";
const transports = ["udp", "tcp"] as const;
const look = (place: Place) => kubectl(place, "-n kube-system logs -l k8s-app=kube-dns --tail=50 --prefix");

scenario("service-dns/name-forms", {
  claim: "every form of a Service's name resolves to its address, from every node, over UDP and TCP",
  spec: "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#services",
  covers: ["D1", "F2"],
  needs: ["dns"],
  eachFamily: true,
  deploy: ["echo-services.yaml"],
  look,
  *paths({ clusters }) {
    for (const { clients, service } of clusters) {
      const echo = service("echo");
      const forms: [string, () => string][] = [
        ["name", () => "echo"],
        ["name.namespace", () => `echo.${echo.namespace}`],
        ["name.namespace.svc", () => `echo.${echo.namespace}.svc`],
        ["full-name", () => echo.fullName],
      ];
      for (const from of clients)
        for (const transport of transports)
          for (const [form, name] of forms)
            yield path(`${form}-${transport}`, {
              from,
              to: echo,
              probe: () => dns(transport, name(), { search: form !== "full-name", type: addressType(echo.address) }),
              expect: resolvesTo(() => [echo.address]),
            });
    }
  },
});

scenario("service-dns/headless", {
  claim: "the name of a headless Service resolves to the addresses of all its ready pods",
  spec: `${specification}#241---aaaaa-record`,
  covers: ["D1", "K3"],
  needs: ["dns"],
  eachFamily: true,
  deploy: ["echo-services.yaml"],
  look,
  *paths({ clusters }) {
    for (const { clients, echoes, service } of clusters) {
      const headless = service("echo-headless");
      for (const from of clients)
        for (const transport of transports)
          yield path(`a-${transport}`, {
            from,
            to: headless,
            probe: () => dns(transport, headless.fullName, { type: addressType(from.address) }),
            expect: resolvesTo(() => echoes.map(({ address }) => address)),
          });
    }
  },
});

scenario("service-dns/pod-of-headless", {
  claim: "a pod with a hostname below a headless Service has a name of its own",
  spec: "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-hostname-and-subdomain-fields",
  covers: ["D1", "D2"],
  needs: ["dns"],
  eachFamily: true,
  deploy: ["named-pod.yaml"],
  look,
  *paths({ clusters }) {
    for (const { clients, service, workload } of clusters) {
      const [pod, named] = [workload("named"), service("named")];
      for (const from of clients)
        for (const transport of transports)
          yield path(`a-${transport}`, {
            from,
            to: pod,
            probe: () => dns(transport, `alpha.${named.fullName}`, { type: addressType(pod.address) }),
            expect: resolvesTo(() => [pod.address]),
          });
    }
  },
});

scenario("service-dns/srv", {
  claim: "SRV records tell the port of each named port, for a Service with an address and for a pod of a headless one",
  spec: `${specification}#232---srv-records`,
  covers: ["D1"],
  needs: ["dns"],
  deploy: ["echo-services.yaml", "named-pod.yaml"],
  look,
  *paths({ clusters }) {
    for (const { clients, service } of clusters) {
      const [echo, named] = [service("echo"), service("named")];
      for (const from of clients)
        for (const transport of transports) {
          yield path(`http-port-${transport}`, {
            from,
            to: echo,
            probe: () => dns(transport, `_http._tcp.${echo.fullName}`, { type: "SRV" }),
            expect: locates(80, () => [echo.fullName]),
          });
          yield path(`udp-port-${transport}`, {
            from,
            to: echo,
            probe: () => dns(transport, `_udp._udp.${echo.fullName}`, { type: "SRV" }),
            expect: locates(82, () => [echo.fullName]),
          });
          yield path(`headless-http-port-${transport}`, {
            from,
            to: named,
            probe: () => dns(transport, `_http._tcp.${named.fullName}`, { type: "SRV" }),
            expect: locates(8080, () => [`alpha.${named.fullName}`]),
          });
        }
    }
  },
});

scenario("service-dns/ptr", {
  claim: "the address of a Service, and of a pod with a hostname below a headless one, points back to its name",
  spec: `${specification}#233---ptr-record`,
  covers: ["D1"],
  needs: ["dns"],
  eachFamily: true,
  deploy: ["echo-services.yaml", "named-pod.yaml"],
  look,
  *paths({ clusters }) {
    for (const { clients, service, workload } of clusters) {
      const [echo, named, pod] = [service("echo"), service("named"), workload("named")];
      for (const from of clients)
        for (const transport of transports) {
          yield path(`ptr-${transport}`, {
            from,
            to: echo,
            probe: () => dns(transport, echo.address, { type: "PTR" }),
            expect: pointsTo(() => echo.fullName),
          });
          yield path(`ptr-${transport}`, {
            from,
            to: pod,
            probe: () => dns(transport, pod.address, { type: "PTR" }),
            expect: pointsTo(() => `alpha.${named.fullName}`),
          });
        }
    }
  },
});

scenario("service-dns/pod-address-names", {
  claim: "a pod's address, written with dashes, resolves to that address",
  spec: "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#a-aaaa-records-1",
  covers: ["D2"],
  needs: ["dns", "pod-names"],
  deploy: [],
  look,
  *paths({ clusters }) {
    for (const cluster of clusters)
      for (const from of cluster.clients)
        for (const to of cluster.echoes)
          yield path("a-udp", {
            from,
            to,
            probe: () => dns("udp", podAddressName(to, cluster.domain), { type: addressType(to.address) }),
            expect: resolvesTo(() => [to.address]),
          });
  },
});

scenario("service-dns/absent-name", {
  claim: "a name that does not exist is said not to exist, at once and by a server that knows the others",
  spec: "https://www.rfc-editor.org/rfc/rfc2308",
  covers: ["D1"],
  needs: ["dns"],
  deploy: ["echo-services.yaml"],
  look,
  *paths({ clusters }) {
    for (const { clients, service, dnsName } of clusters)
      for (const from of clients)
        for (const transport of transports) {
          const echo = service("echo");
          const control = present(from, transport, echo);
          yield control;
          yield path(transport, {
            from,
            to: dnsName("absent"),
            probe: () => dns(transport, echo.fullName.replace("echo.", "absent.")),
            expect: absent("no-such-name"),
            control,
          });
        }
  },
});

scenario("service-dns/single-family", {
  claim: "an IPv4 Service has no IPv6 address, and its name is not denied because of that",
  spec: "https://www.rfc-editor.org/rfc/rfc4074#section-4.2",
  covers: ["D1"],
  needs: ["dns", "ipv4-only"],
  deploy: ["echo-services.yaml"],
  look,
  *paths({ clusters }) {
    for (const { clients, service } of clusters)
      for (const from of clients)
        for (const transport of transports) {
          const single = service("echo-numbered");
          const control = present(from, transport, single);
          yield control;
          yield path(`aaaa-${transport}`, {
            from,
            to: single,
            probe: () => dns(transport, single.fullName, { type: "AAAA" }),
            expect: absent("no-data"),
            control,
          });
        }
  },
});

scenario("service-dns/each-server", {
  claim: "each DNS server, asked by itself from every node, knows the Service, over UDP and TCP",
  spec: "https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/",
  covers: ["D1"],
  needs: ["dns"],
  eachFamily: true,
  deploy: ["echo-services.yaml"],
  look,
  *paths({ clusters }) {
    for (const { clients, dnsServers, service } of clusters) {
      const echo = service("echo");
      for (const from of clients)
        for (const server of dnsServers)
          for (const transport of transports)
            yield path(transport, {
              from,
              to: server,
              probe: () =>
                dns(transport, echo.fullName, {
                  server: server.address,
                  port: server.port,
                  type: addressType(echo.address),
                }),
              expect: resolvesTo(() => [echo.address]),
            });
    }
  },
});

function present(from: Pod, transport: "udp" | "tcp", to: Service): Path {
  return path(`present-${transport}`, {
    from,
    to,
    probe: () => dns(transport, to.fullName, { type: addressType(to.address) }),
    expect: resolvesTo(() => [to.address]),
  });
}

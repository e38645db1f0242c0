import { variables } from "../lib/scenario/expect/expect.ts";
import { path } from "../lib/scenario/path.ts";
import { environment, inUrl } from "../lib/scenario/probes.ts";
import { scenario } from "../lib/scenario/scenario.ts";

scenario("environment/service-variables", {
  claim:
    "a pod that starts after a Service finds its address and ports in its environment; one that started before does not",
  spec: "https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables",
  covers: ["K4"],
  needs: [],
  deploy: ["greeter-before.yaml", "greeter.yaml", "greeter-after.yaml"],
  *paths({ clusters }) {
    for (const { service, workload } of clusters) {
      const greeter = service("greeter");
      yield path("present", {
        from: workload("greeter-after"),
        to: greeter,
        probe: () => environment("GREETER_"),
        expect: variables(() => ({
          GREETER_SERVICE_HOST: greeter.address,
          GREETER_SERVICE_PORT: "80",
          GREETER_SERVICE_PORT_HTTP: "80",
          GREETER_SERVICE_PORT_ECHO: "82",
          GREETER_PORT: `tcp://${inUrl(greeter.address)}:80`,
          GREETER_PORT_80_TCP: `tcp://${inUrl(greeter.address)}:80`,
          GREETER_PORT_80_TCP_PROTO: "tcp",
          GREETER_PORT_80_TCP_PORT: "80",
          GREETER_PORT_80_TCP_ADDR: greeter.address,
          GREETER_PORT_82_UDP: `udp://${inUrl(greeter.address)}:82`,
          GREETER_PORT_82_UDP_PROTO: "udp",
        })),
      });
      yield path("absent", {
        from: workload("greeter-before"),
        to: greeter,
        probe: () => environment("GREETER_"),
        expect: variables(() => ({ GREETER_SERVICE_HOST: undefined, GREETER_SERVICE_PORT: undefined })),
      });
    }
  },
});

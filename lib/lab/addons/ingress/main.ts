import { setTimeout as pause } from "node:timers/promises";
import { podAccess } from "../api-access.ts";
import { startIngressController } from "./controller.ts";

/** The ingress controller, as it runs in a pod: HTTP on port 80, HTTPS on 443, `/healthz` on 10254. */

// Until everybody knows that this pod is ending, connections still come.
const lameDuckMs = 500;
const graceMs = 20_000;
const { POD_NAMESPACE: namespace = "ingress-nginx", POD_NAME: name = "" } = process.env;

let stop = (): Promise<void> => Promise.resolve();

process.once("SIGTERM", () => void stop().then(() => process.exit(0)));

const controller = await startIngressController({
  access: podAccess(),
  address: "0.0.0.0",
  ports: { http: 80, https: 443, health: 10254 },
  publishService: process.env["PUBLISH_SERVICE"] ?? `${namespace}/ingress-nginx-controller`,
  pod: { namespace, name, node: process.env["NODE_NAME"] },
  log: (line) => void process.stdout.write(`${line}\n`),
});
stop = () => controller.stop(pause(lameDuckMs), graceMs);
process.stdout.write("serving\n");

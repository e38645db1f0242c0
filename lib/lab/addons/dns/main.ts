import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { answerQuestion, type Answer } from "./answer.ts";
import { createClusterMemory, type WatchedKind } from "./cluster-view.ts";
import { startNameServer } from "./name-server.ts";
import { watchResource, type ApiAccess } from "./watch-resource.ts";

/** The cluster's name server, as it runs in a pod: DNS on port 53, `/health` on 8080, `/ready` on 8181. */

const account = "/var/run/secrets/kubernetes.io/serviceaccount";
const domain = process.env["CLUSTER_DOMAIN"] ?? "cluster.local";
const paths: Record<WatchedKind, string> = {
  namespaces: "/api/v1/namespaces",
  services: "/api/v1/services",
  endpointslices: "/apis/discovery.k8s.io/v1/endpointslices",
};
// Until everybody knows that this pod is ending, questions still come.
const lameDuckMs = 500;

const memory = createClusterMemory();
const missing = new Set(Object.keys(paths) as WatchedKind[]);
const notYet: Answer = { rcode: "SERVFAIL", isAuthoritative: false, answers: [], authorities: [], additionals: [] };
const stop = new AbortController();

const access: ApiAccess = {
  host: process.env["KUBERNETES_SERVICE_HOST"] ?? "kubernetes.default.svc",
  port: Number(process.env["KUBERNETES_SERVICE_PORT"] ?? 443),
  ca: readFileSync(`${account}/ca.crt`, "utf8"),
  token: () => readFileSync(`${account}/token`, "utf8").trim(),
};

for (const kind of Object.keys(paths) as WatchedKind[]) {
  void watchResource(
    access,
    paths[kind],
    {
      replace(objects) {
        memory.replace(kind, objects);
        missing.delete(kind);
      },
      put: (object) => memory.put(kind, object),
      remove: (object) => memory.remove(kind, object),
      failed: (why) => void process.stderr.write(`${why}\n`),
    },
    stop.signal,
  );
}

createServer((_request, response) => response.end("OK")).listen(8080);
createServer((_request, response) => {
  response.statusCode = missing.size === 0 ? 200 : 503;
  response.end(missing.size === 0 ? "OK" : `waiting for ${[...missing].join(", ")}`);
}).listen(8181);

process.on("SIGTERM", () => {
  stop.abort();
  setTimeout(() => process.exit(0), lameDuckMs);
});

await startNameServer("0.0.0.0", 53, (question) =>
  missing.size > 0 ? notYet : answerQuestion(memory, domain, question),
);
process.stdout.write(`serving ${domain} on port 53\n`);

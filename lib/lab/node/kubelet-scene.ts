import { spawn } from "node:child_process";
import type { KubeObject, LabNode, WatchEvent } from "../model.ts";
import type { Executed, SceneCall } from "./kubelet-scene-host.ts";

/** A node with its kubelet for tests, in namespaces of its own, and all that its store has told. */
export interface KubeletScene {
  node: LabNode;
  /** Every change of every pod, in order. */
  history: WatchEvent[];
  /** Binds a pod to the node. What `spec` leaves out of a container: a stock image. */
  pod(name: string, spec: Record<string, unknown>, metadata?: Record<string, unknown>): Promise<KubeObject>;
  /** Waits for the first state of a pod, present or future, that `isIt` accepts. */
  when(name: string, isIt: (pod: KubeObject) => boolean): Promise<KubeObject>;
  gone(name: string): Promise<void>;
  /** Waits for an event about the pod. */
  told(name: string, reason: string): Promise<KubeObject>;
  exec(pod: string, command: string[], more?: { stdin?: string; tty?: boolean; killAfter?: string }): Promise<Executed>;
  /** Passes a call through. */
  call<Result>(call: SceneCall): Promise<Result>;
  close(): Promise<void>;
}

/** `user`: root of a user namespace with one id mapped, as any user may be. `root`: root of the machine. */
export type Rights = "user" | "root";

interface Reply {
  id?: number;
  result?: unknown;
  failure?: string;
  resource?: string;
  event?: WatchEvent;
}

/** Opens the scene; the whole of it dies with the calling process. */
export async function openKubeletScene(rights: Rights): Promise<KubeletScene> {
  const user = rights === "user" ? ["--user", "--map-root-user"] : [];
  const isolate = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const prepare = 'mount -t tmpfs tmpfs /run && mkdir /run/netns && exec "$@"';
  const host = [process.execPath, `${import.meta.dirname}/kubelet-scene-host.ts`, "fixtures/lab/two-regions.yaml"];
  const child = spawn("unshare", [...user, ...isolate, "sh", "-c", prepare, "sh", ...host], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const watchers = new Set<() => void>();
  const history: WatchEvent[] = [];
  const events: KubeObject[] = [];
  let lastId = 0;

  child.on("message", ({ id = 0, result, failure, resource, event }: Reply) => {
    if (event) {
      if (resource === "pods") history.push(event);
      else events.push(event.object);
      for (const watcher of watchers) watcher();
    } else if (failure === undefined) waiting.get(id)?.resolve(result);
    else waiting.get(id)?.reject(new Error(failure));
  });
  child.once("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the scene ended with ${code}`));
  });

  const call = <Result>(wanted: SceneCall): Promise<Result> => {
    lastId += 1;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(lastId, answer);
    child.send({ id: lastId, call: wanted });
    return answer.promise as Promise<Result>;
  };
  const found = <Found>(find: () => Found | undefined): Promise<Found> =>
    new Promise((resolve) => {
      const look = (): void => {
        const one = find();
        if (one === undefined) return;
        watchers.delete(look);
        resolve(one);
      };
      watchers.add(look);
      look();
    });
  const latest = (name: string): WatchEvent | undefined =>
    history.findLast(({ object }) => object.metadata.name === name);

  const node = await call<LabNode>({ do: "build" });
  return {
    node,
    history,
    call,
    pod: (name, spec, metadata = {}) =>
      call({
        do: "create",
        resource: "pods",
        object: {
          apiVersion: "v1",
          kind: "Pod",
          metadata: { name, namespace: "default", ...metadata },
          spec: { nodeName: node.name, terminationGracePeriodSeconds: 0, ...spec },
        },
      }),
    when: (name, isIt) =>
      found(() => {
        const event = latest(name);
        return event && event.type !== "DELETED" && isIt(event.object) ? event.object : undefined;
      }),
    gone: (name) => found(() => (latest(name)?.type === "DELETED" ? true : undefined)).then(() => undefined),
    told: (name, reason) =>
      found(() => events.find((event) => event["involvedObject"].name === name && event["reason"] === reason)),
    exec: (pod, command, more = {}) => call({ do: "exec", pod, command, ...more }),
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      child.once("exit", () => resolve());
      child.disconnect();
      await promise;
    },
  };
}

/** Whether all containers of a pod are ready. */
export function isReady(pod: KubeObject): boolean {
  const conditions: { type: string; status: string }[] = pod["status"]?.conditions ?? [];
  return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}

/** A stock image. */
export const image = "node:24-alpine";
const server = `
  const http = require("node:http");
  let healthy = true;
  const server = http.createServer((request, response) => {
    if (request.url === "/sicken") healthy = false;
    response.statusCode = healthy ? 200 : 500;
    response.end("from " + process.env.HOSTNAME);
  });
  process.on("SIGTERM", () => { console.log("asked to end"); process.exit(0); });
  server.listen(8080, () => console.log("listening"));
`;
/** A container that answers HTTP on port 8080, falls ill when asked for /sicken, and ends when it is asked to. */
export const serve = {
  name: "c",
  image,
  command: ["node", "-e", server],
  ports: [{ name: "web", containerPort: 8080 }],
};
export const readiness = { httpGet: { path: "/", port: "web" }, periodSeconds: 1 };

/** Rights with which this process can open scenes. */
export const possibleRights: Rights[] = process.getuid?.() === 0 ? ["user", "root"] : ["user"];

/** Why a pod's first container waits. */
export function waitingReason(pod: KubeObject): string | undefined {
  return pod["status"]?.containerStatuses?.[0]?.state.waiting?.reason;
}

/** Whether a pod is in a phase. */
export function phaseIs(phase: string): (pod: KubeObject) => boolean {
  return (pod) => pod["status"]?.phase === phase;
}

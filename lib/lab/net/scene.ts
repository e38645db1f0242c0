import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { KubeObject } from "../model.ts";
import type { Asked, Question, SceneCall } from "./scene-host.ts";

/**
 * A lab network for tests, in namespaces of its own, with proxy and network policies on every node, a speaker per cluster, and stores
 * that only tests write to.
 */
export interface Scene {
  /**
   * Puts a pod on a node, whose UID is its name. It answers on TCP and UDP ports, 8080 when none are named, with its name and with the address
   * it was asked from.
   */
  pod(node: string, name: string, ports?: number[]): Promise<{ name: string; address: string; addresses: string[] }>;
  /** Starts what a pod runs in the network of a node itself, until the scene closes. */
  host(node: string, name: string, ports: number[]): Promise<void>;
  removePod(name: string): Promise<void>;
  /** Writes or, without content, deletes objects of a cluster's store, and waits until every node's rules follow. */
  put(cluster: string, objects: KubeObject[], gone?: KubeObject[]): Promise<void>;
  /** Asks from a pod; from a node or, by the name `outside`, from the bridge. */
  ask(from: string, question: Question): Promise<Asked>;
  /** Runs a program inside a node's network namespace and gives its output. */
  run(netns: string, command: string[]): Promise<string>;
  /** Lists what the speakers told about Services: `NAME TYPE REASON: MESSAGE`, in order. */
  events(): Promise<string[]>;
  close(): Promise<void>;
}

/** Opens the scene for a topology file. The whole of it dies with the calling process. */
export async function openScene(topologyFile: string): Promise<Scene> {
  const user = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const isolate = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const prepare = 'mount -t tmpfs tmpfs /run && mkdir /run/netns && exec "$@"';
  const host = [process.execPath, `${import.meta.dirname}/scene-host.ts`, topologyFile];
  const child = spawn("unshare", [...user, ...isolate, "sh", "-c", prepare, "sh", ...host], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const call = caller(child);
  await call({ do: "build" });
  return {
    pod: (node, name, ports = [8080]) => call({ do: "pod", node, name, ports }) as ReturnType<Scene["pod"]>,
    host: (node, name, ports) => call({ do: "host", node, name, ports }) as Promise<void>,
    removePod: (name) => call({ do: "removePod", name }) as Promise<void>,
    put: (cluster, objects, gone = []) => call({ do: "put", cluster, objects, gone }) as Promise<void>,
    ask: (from, question) => call({ do: "ask", from, question }) as Promise<Asked>,
    run: (netns, command) => call({ do: "run", netns, command }) as Promise<string>,
    events: () => call({ do: "events" }) as Promise<string[]>,
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      child.once("exit", () => resolve());
      child.disconnect();
      await promise;
    },
  };
}

function caller(child: ChildProcess): (call: SceneCall) => Promise<unknown> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let last = 0;
  child.on("message", (reply: { id: number; result?: unknown; failure?: string }) => {
    if (reply.failure === undefined) waiting.get(reply.id)?.resolve(reply.result);
    else waiting.get(reply.id)?.reject(new Error(reply.failure));
    waiting.delete(reply.id);
  });
  child.once("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the scene ended with ${code}`));
  });
  return (call) => {
    last += 1;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(last, answer);
    child.send({ id: last, call });
    return answer.promise;
  };
}

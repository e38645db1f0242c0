import { type ChildProcessByStdio, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { toolEnvironment } from "../runtime/run-program.ts";

/** What is asked of a pod from its node's network. */
export type Question =
  | {
      kind: "http";
      scheme: "http" | "https";
      host: string;
      port: number;
      path: string;
      headers: Record<string, string>;
      timeoutMs: number;
    }
  | { kind: "tcp"; host: string; port: number; timeoutMs: number };

/** Asks probes from a node's own network, as its kubelet does. */
export interface Prober {
  /** Never rejects: gives undefined for success, else the failure in the kubelet's words. */
  ask(question: Question): Promise<string | undefined>;
  /** Open questions are answered with a failure. */
  stop(): Promise<void>;
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** Makes the prober of a node. Its process, in the network namespace `netns`, starts with the first question and again if it should end. */
export function createProber(netns: string): Prober {
  const open = new Map<number, (failure: string | undefined) => void>();
  let child: Child | undefined;
  let ended = Promise.resolve();
  let lastId = 0;
  let isStopped = false;

  const start = (): Child => {
    const script = join(import.meta.dirname, "node-prober.mjs");
    const started = spawn(
      "nsenter",
      [`--net=/run/netns/${netns}`, process.execPath, "--max-semi-space-size=1", script],
      { env: toolEnvironment, cwd: "/", stdio: ["pipe", "pipe", "inherit"] },
    );
    ended = new Promise((resolve) => {
      const end = (): void => {
        if (child === started) child = undefined;
        for (const answer of open.values()) answer("the node's prober has ended");
        open.clear();
        resolve();
      };
      started.once("close", end).once("error", end);
    });
    started.stdin.on("error", () => {});
    createInterface({ input: started.stdout }).on("line", (line) => {
      const { id, failure } = JSON.parse(line) as { id: number; failure: string | null };
      open.get(id)?.(failure ?? undefined);
      open.delete(id);
    });
    return started;
  };

  return {
    ask(question) {
      if (isStopped) return Promise.resolve("the node's prober has ended");
      child ??= start();
      lastId += 1;
      const id = lastId;
      child.stdin.write(`${JSON.stringify({ id, ...question })}\n`);
      return new Promise((resolve) => open.set(id, resolve));
    },
    async stop() {
      isStopped = true;
      child?.kill("SIGKILL");
      await ended;
    },
  };
}

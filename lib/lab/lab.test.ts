import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { enter, isAlive, labOf, labStatus, startLab, stopLab } from "./lab.ts";
import type { LabHandle } from "./lab.ts";
import { runTool } from "./net/run-tool.ts";

const ordinaryUser = 65_534;
const oneNode = `
clusters:
  - { name: alone, podCIDR: 10.0.0.0/16, serviceCIDR: 10.1.0.0/16, workers: 0 }
`;

let folder: string;
let topologyFile: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lab-"));
  // The lab of an ordinary user keeps its state in here too.
  chmodSync(folder, 0o777);
  topologyFile = join(folder, "one-node.yaml");
  writeFileSync(topologyFile, oneNode);
});

afterAll(async () => {
  for (const name of ["started", "bound", "detached"]) await stopLab(join(folder, name));
  rmSync(folder, { recursive: true });
});

/** Finds what lives in the PID namespace of a lab's first process. The dead that nobody has buried yet do not count. */
function population(handle: LabHandle): () => string[] {
  const namespaceOf = (pid: string): string | undefined => {
    try {
      const dead = readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
      return dead ? undefined : readlinkSync(`/proc/${pid}/ns/pid`);
    } catch {
      return undefined;
    }
  };
  const namespace = namespaceOf(String(handle.pid));
  if (namespace === undefined) throw new Error("the lab's first process is not there");
  return () => readdirSync("/proc").filter((name) => /^\d+$/.test(name) && namespaceOf(name) === namespace);
}

/** Starts a lab in a process of its own, whose handle on the lab it then holds. */
async function startElsewhere(stateDir: string, options: { detached: boolean; user?: number }) {
  const script = `
    import { startLab } from ${JSON.stringify(join(import.meta.dirname, "lab.ts"))};
    const { handle } = await startLab(${JSON.stringify({ topologyFile, stateDir, detached: options.detached })});
    console.log(JSON.stringify(handle));
    ${options.detached ? "" : "process.stdin.resume();"}
  `;
  const as = options.user === undefined ? {} : { uid: options.user, gid: options.user };
  const starter = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["pipe", "pipe", "inherit"],
    ...as,
  });
  const [line] = (await once(starter.stdout, "data")) as [Buffer];
  return { starter, handle: JSON.parse(line.toString()) as LabHandle };
}

/** Asks the API server for its version from beside the nodes, as the administrator whom the kubeconfig names. */
async function versionOf(kubeconfigFile: string, handle: LabHandle): Promise<unknown> {
  const script = `
    import { request } from "node:https";
    const { clusters, users } = JSON.parse(process.argv[1]);
    const { server, "certificate-authority-data": ca } = clusters[0].cluster;
    const { "client-certificate-data": cert, "client-key-data": key } = users[0].user;
    const pem = (text) => Buffer.from(text, "base64");
    request(server + "/version", { ca: pem(ca), cert: pem(cert), key: pem(key), agent: false }, (response) => response.pipe(process.stdout)).end();
  `;
  const config = JSON.stringify(parse(readFileSync(kubeconfigFile, "utf8")));
  const { file, args } = enter(handle, process.execPath, ["--input-type=module", "--eval", script, config]);
  return JSON.parse(await runTool(file, args));
}

describe("a lab", () => {
  it("starts, is found by its kubeconfig and its folder, lets commands in, serves its API at its node, and stops", async () => {
    const interfaces = await runTool("ip", ["-brief", "link"]);
    const mounts = readFileSync("/proc/self/mounts", "utf8");
    const stateDir = join(folder, "started");
    const lab = await startLab({ topologyFile, stateDir });
    expect(lab.contexts).toEqual(["kind-alone"]);
    expect(labOf(readFileSync(lab.kubeconfigFile, "utf8"))).toEqual(lab.handle);
    expect(statSync(lab.kubeconfigFile).mode & 0o777).toBe(0o600);
    expect(labStatus(stateDir)).toMatchObject({ contexts: ["kind-alone"], handle: lab.handle });

    const { file, args } = enter(lab.handle, "ip", ["-4", "-brief", "address", "show", "dev", "kind"]);
    expect(await runTool(file, args)).toContain("172.19.0.1/16");
    expect(await versionOf(lab.kubeconfigFile, lab.handle)).toMatchObject({ major: "1", minor: "36" });
    expect(await runTool("ip", ["-brief", "link"])).toBe(interfaces);
    expect(readFileSync("/proc/self/mounts", "utf8")).toBe(mounts);

    const alive = population(lab.handle);
    expect(alive().length).toBeGreaterThan(1);
    await lab.stop();
    expect(alive()).toEqual([]);
    expect(isAlive(lab.handle)).toBe(false);
    expect(labStatus(stateDir)).toBeUndefined();
    expect(existsSync(lab.kubeconfigFile)).toBe(false);
  });

  it("dies with its starter, even when that is killed, as an ordinary user too", async () => {
    const user = process.getuid?.() === 0 ? { user: ordinaryUser } : {};
    const { starter, handle } = await startElsewhere(join(folder, "bound"), { detached: false, ...user });
    const alive = population(handle);
    expect(alive().length).toBeGreaterThan(1);
    starter.kill("SIGKILL");
    while (alive().length > 0) await delay(5);
    expect(isAlive(handle)).toBe(false);
  });

  it("stays when it is detached, until it is told to stop", async () => {
    const stateDir = join(folder, "detached");
    const { starter, handle } = await startElsewhere(stateDir, { detached: true });
    await once(starter, "exit");
    expect(isAlive(handle)).toBe(true);
    const { file, args } = enter(handle, "ip", ["-brief", "link", "show", "dev", "kind"]);
    expect(await runTool(file, args)).toContain("kind");
    const alive = population(handle);
    expect(await stopLab(stateDir)).toBe(true);
    expect(alive()).toEqual([]);
    expect(await stopLab(stateDir)).toBe(false);
  });

  it("names what is wrong with its topology before it starts anything", async () => {
    const stateDir = join(folder, "never");
    await expect(startLab({ topologyFile: join(folder, "none.yaml"), stateDir })).rejects.toMatchObject({
      kind: "configuration",
    });
    expect(existsSync(stateDir)).toBe(false);
  });
});

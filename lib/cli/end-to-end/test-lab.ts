import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { enter, startLab } from "../../lab/lab.ts";
import { parseTestKubeconfig } from "./test-kubeconfig.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Path of the kubeconfig of the lab that all end-to-end tests share. */
    labKubeconfig: string;
    /** A directory of their own, gone when they have ended. */
    labDirectory: string;
  }
}

/** Lets a program on the host reach one address of the lab through a socket in the file system; ends with its input. */
const door = `
  const { connect, createServer } = require("node:net");
  const [path, host, port] = process.argv.slice(1);
  createServer((outside) => {
    const inside = connect(Number(port), host);
    for (const [one, other] of [[outside, inside], [inside, outside]]) one.on("error", () => other.destroy()).pipe(other);
  }).listen(path, () => console.log("open"));
  process.stdin.resume().on("end", () => process.exit());
`;

/** Starts the lab of fixtures/lab/three-regions.yaml for all end-to-end tests, with a door to each of its API servers. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), "meshgate-end-to-end-"));
  const topologyFile = join(import.meta.dirname, "../../../fixtures/lab/three-regions.yaml");
  const lab = await startLab({ topologyFile, stateDir: join(directory, "lab") });
  const { clusters } = parseTestKubeconfig(readFileSync(lab.kubeconfigFile, "utf8"));
  const doors = await Promise.all(
    clusters.map(async ({ name, cluster }): Promise<ChildProcess> => {
      const { hostname, port } = new URL(cluster.server);
      const inside = enter(lab.handle, process.execPath, ["--eval", door, doorOf(directory, name), hostname, port]);
      const child = spawn(inside.file, inside.args, { stdio: ["pipe", "pipe", "inherit"] });
      await once(child.stdout, "data");
      return child;
    }),
  );
  project.provide("labKubeconfig", lab.kubeconfigFile);
  project.provide("labDirectory", directory);
  return async () => {
    for (const child of doors) child.kill("SIGKILL");
    await lab.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}

/** The socket that leads to the API server of a cluster. */
export function doorOf(directory: string, cluster: string): string {
  return join(directory, `${cluster}.sock`);
}

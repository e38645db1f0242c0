import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, onTestFinished } from "vitest";
import { type Results, resultsSchema } from "../../report/path-result.ts";
import { parseTestKubeconfig, secretsIn, type TestKubeconfig } from "./test-kubeconfig.ts";

/** What a user has after a command. */
export interface Ended {
  /** Null for a command that was killed. */
  exitCode: number | null;
  stdout: string;
  stderr: string;
  seconds: number;
  /** results.json and junit.xml of the run; undefined where none was written. */
  results: Results | undefined;
  junit: string | undefined;
}

/** A command that runs. */
export interface Running {
  child: ChildProcess;
  /** Resolves when the pattern was printed to stdout; rejects when the command ends without. */
  printed(pattern: RegExp): Promise<void>;
  ended: Promise<Ended>;
}

export interface CommandOptions {
  /** Default: that of the lab. */
  kubeconfig?: TestKubeconfig;
  env?: Record<string, string>;
  /** Further texts that must not be in any output; those of the kubeconfig are looked for always. */
  secrets?: string[];
}

const mainFile = join(import.meta.dirname, "../main.ts");
const mainJob = ["cleanup", "lab", "bench", "report", "diff", "trend"];

/** Reads the kubeconfig of the lab anew, for a test to change. */
export function labKubeconfig(): TestKubeconfig {
  return parseTestKubeconfig(readFileSync(inject("labKubeconfig"), "utf8"));
}

/** Runs meshgate to its end. */
export function meshgate(args: string[], options: CommandOptions = {}): Promise<Ended> {
  return startMeshgate(args, options).ended;
}

/** Runs the main job with short waits, so that what fails does so soon. */
export function quickRun(args: string[], options: CommandOptions = {}): Promise<Ended> {
  return meshgate([...args, "--settle", "3s"], options);
}

/**
 * Starts meshgate as a user does: a process with a kubeconfig file and a directory for reports. When it has ended, everything that it
 * printed and wrote is searched for secrets.
 */
export function startMeshgate(args: string[], { kubeconfig, env = {}, secrets = [] }: CommandOptions = {}): Running {
  const directory = mkdtempSync(join(inject("labDirectory"), "run-"));
  const reports = join(directory, "reports");
  const file = kubeconfig === undefined ? inject("labKubeconfig") : join(directory, "kubeconfig");
  if (kubeconfig !== undefined) writeFileSync(file, JSON.stringify(kubeconfig));
  const places = [
    ...(args.includes("--context") && !args.includes("--kubeconfig") ? ["--kubeconfig", file] : []),
    ...(mainJob.includes(args[0] ?? "") ? [] : ["--report-dir", reports]),
  ];
  const startedMs = performance.now();
  const child = spawn(process.execPath, [mainFile, ...args, ...places], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", GITHUB_STEP_SUMMARY: "", KUBECONFIG: "/nowhere", ...env },
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (chunk: string) => (output[name] += chunk));
  onTestFinished(() => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    for (const pid of [workerOf(child), child.pid]) if (pid) process.kill(pid, "SIGKILL");
    throw new Error(`meshgate ${args.join(" ")} still ran when the test was over:\n${output.stdout}${output.stderr}`);
  });
  return {
    child,
    printed: (pattern) => printed(child, () => output.stdout, pattern),
    ended: once(child, "close").then(([exitCode]): Ended => {
      const run = join(reports, "latest");
      const read = (name: string) => (existsSync(join(run, name)) ? readFileSync(join(run, name), "utf8") : undefined);
      const files = existsSync(run) ? textsIn(run) : [];
      const all = [output.stdout, output.stderr, ...files];
      const known = [...secretsIn(kubeconfig ?? labKubeconfig()), ...secrets];
      expect(known.filter((secret) => all.some((text) => text.includes(secret)))).toEqual([]);
      const results = read("results.json");
      return {
        ...output,
        exitCode: exitCode as number | null,
        seconds: (performance.now() - startedMs) / 1000,
        results: results === undefined ? undefined : resultsSchema.parse(JSON.parse(results)),
        junit: read("junit.xml"),
      };
    }),
  };
}

/** The texts of all files in a directory and below. */
function textsIn(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [readFileSync(join(entry.parentPath, entry.name), "utf8")] : []));
}

function printed(child: ChildProcess, text: () => string, pattern: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (pattern.test(text())) resolve();
    };
    child.stdout?.on("data", look);
    child.once("close", () => reject(new Error(`it ended without printing ${pattern}:\n${text()}`)));
    look();
  });
}

/** The process that does the work for a command: meshgate runs itself again in the lab's network. */
export function workerOf(child: ChildProcess): number {
  return Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim().split(" ")[0]);
}

/** The last line that a user sees. */
export function lastLine({ stdout }: Ended): string {
  return stdout.trimEnd().split("\n").at(-1) ?? "";
}

/** The block of a trouble as it is printed, without its indentation: `what …` and `cure …`. */
export function troubles({ results }: Ended): string[] {
  return (results?.troubles ?? []).map(({ cluster, object, message, cure }) =>
    [`${cluster ?? "-"} ${object ?? "-"}`, message, cure].join("\n"),
  );
}

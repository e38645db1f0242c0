import { join } from "node:path";
import { Command } from "commander";
import { Diagnostic, exitCodes } from "../base/diagnostic.ts";
import { type LabStatus, labStatus, startLab, stopLab } from "../lab/lab.ts";
import { faultsInPlace } from "../lab/sabotage/make-fault.ts";
import { runOnNode, runShellInside } from "./inside-lab.ts";
import { labFault } from "./lab-fault.ts";
import { parse } from "./parse-command.ts";

const root = join(import.meta.dirname, "../..");
const stateDir = join(root, ".lab");

const usage = `A lab that stays up: small clusters of Linux network namespaces on this machine.

  npm run lab -- up [--topology FILE]   start it (default: fixtures/lab/two-regions.yaml)
  npm run lab -- down                   end it; nothing is left
  npm run lab -- status                 say what runs
  npm run lab -- kubeconfig             print the path of its kubeconfig
  npm run lab -- shell                  a shell in its network, with KUBECONFIG set
  npm run lab -- exec NODE -- CMD       run a command in a node's network
  npm run lab -- fault ID [--undo]      break it, or mend it again; --list prints the ways

Test it: npm test -- --kubeconfig .lab/kubeconfig --context kind-region-athens
`;

/** The lab that stays up. Returns the exit code. Throws Diagnostic. */
export async function lab(args: string[], write: (text: string) => void): Promise<number> {
  const [verb, ...rest] = args;
  switch (verb) {
    case "up":
      return up(rest, write);
    case "down":
      write((await stopLab(stateDir)) ? "The lab is gone.\n" : "No lab was running.\n");
      return exitCodes.passed;
    case "status":
      return status(write);
    case "kubeconfig":
      write(`${running().kubeconfigFile}\n`);
      return exitCodes.passed;
    case "shell":
      return runShellInside(running().handle, process.env["SHELL"] ?? "/bin/sh", rest, {
        KUBECONFIG: running().kubeconfigFile,
      });
    case "exec":
      return execOnNode(rest);
    case "fault":
      return labFault(rest, running, write);
    case undefined:
    case "help":
    case "--help":
      write(usage);
      return exitCodes.passed;
    default:
      throw new Diagnostic("configuration", `lab has no command ${verb}`, usage.trimEnd());
  }
}

async function up(args: string[], write: (text: string) => void): Promise<number> {
  const command = new Command("npm run lab -- up")
    .option("--topology <file>", "clusters and their networks", join(root, "fixtures/lab/two-regions.yaml"))
    .helpOption("--help");
  const parsed = parse(command, args, (raw) => raw as { topology: string });
  if ("printed" in parsed) {
    write(parsed.printed);
    return exitCodes.passed;
  }
  const already = labStatus(stateDir);
  if (already) {
    write(`A lab is up already: ${already.contexts.join(", ")}\n`);
    return exitCodes.passed;
  }
  const startedMs = performance.now();
  const { contexts, kubeconfigFile } = await startLab({
    topologyFile: parsed.options.topology,
    stateDir,
    detached: true,
  });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  write(`The lab is up after ${seconds} s: ${contexts.join(", ")}\nkubeconfig: ${kubeconfigFile}\n`);
  return exitCodes.passed;
}

function status(write: (text: string) => void): number {
  const found = labStatus(stateDir);
  if (!found) {
    write("No lab is running. Start one: npm run lab -- up\n");
    return exitCodes.broken;
  }
  const faults = faultsInPlace(found).join(", ") || "none";
  write(
    `contexts    ${found.contexts.join(", ")}\nkubeconfig  ${found.kubeconfigFile}\nlog         ${found.logFile}\nfaults      ${faults}\n`,
  );
  return exitCodes.passed;
}

async function execOnNode(args: string[]): Promise<number> {
  const [node, separator, command, ...rest] = args;
  if (node === undefined || separator !== "--" || command === undefined)
    throw new Diagnostic(
      "configuration",
      "lab exec needs a node and a command",
      "npm run lab -- exec region-athens-worker -- ip route",
    );
  return runOnNode(running().handle, node, command, rest);
}

function running(): LabStatus {
  const found = labStatus(stateDir);
  if (!found) throw new Diagnostic("broken", "no lab is running", "Start one: npm run lab -- up");
  return found;
}

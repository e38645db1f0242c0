import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** What the tools of the host need to be found and nothing else: the lab's own environment must not reach a container. */
export const toolEnvironment = { PATH: "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };

/** Runs one of the host's tools to its end. Rejects with what it complained about. */
export async function runProgram(file: string, args: string[]): Promise<void> {
  try {
    await execute(file, args, { env: toolEnvironment });
  } catch (error) {
    const complaint = (error as { stderr?: string }).stderr?.trim() || (error as Error).message;
    throw new Error(`${file} failed: ${complaint}`, { cause: error });
  }
}

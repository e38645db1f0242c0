import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

/** A ConfigMap holds at most 1 MiB; an agent that comes near it has taken in what it does not need. */
const maxBundleBytes = 200 * 1024;

let bundled: Promise<string> | undefined;

/**
 * Bundles the agent into one CommonJS script that needs nothing but Node 20 or later: `node agent.cjs serve|ask`.
 *
 * Made once per process. Rejects when the source cannot be bundled or the script is larger than 200 KiB.
 */
export function bundleAgent(): Promise<string> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<string> {
  const build = await rolldown({
    input: fileURLToPath(new URL("agent/main.ts", import.meta.url)),
    platform: "node",
    transform: { target: "node20" },
    logLevel: "silent",
  });
  try {
    const { output } = await build.generate({ format: "cjs", minify: true, sourcemap: false });
    const [script, ...others] = output;
    if (others.length > 0) throw new Error("the agent's bundle is not one file");
    const bytes = Buffer.byteLength(script.code);
    if (bytes > maxBundleBytes) throw new Error(`the agent's bundle has ${bytes} bytes, more than ${maxBundleBytes}`);
    return script.code;
  } finally {
    await build.close();
  }
}

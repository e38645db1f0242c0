import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openAgent } from "./agent-session.ts";
import { bundleAgent } from "./bundle.ts";
import { childStream } from "./session/child-stream.ts";

let folder: string;
let script: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meshgate-bundle-"));
  script = join(folder, "agent.cjs");
  await writeFile(script, await bundleAgent());
});
afterAll(() => rm(folder, { recursive: true }));

describe("the agent's bundle", () => {
  it("is made once and fits into a ConfigMap", async () => {
    expect(bundleAgent()).toBe(bundleAgent());
    expect(Buffer.byteLength(await bundleAgent())).toBeLessThan(200 * 1024);
    expect(await bundleAgent()).not.toContain("undici");
  });

  it("needs nothing but Node", async () => {
    const needed = [...(await bundleAgent()).matchAll(/require\([`"']([^`"']+)[`"']\)/g)].map(([, name = ""]) => name);
    expect(needed).toContain("node:http");
    expect(needed.filter((name) => !builtinModules.includes(name.replace(/^node:/, "")))).toEqual([]);
  });

  it("runs alone, in a folder without anything else", async () => {
    const code = await new Promise((resolve) => {
      execFile(process.execPath, [script, "help"], { cwd: folder, env: {} }, (error) => resolve(error?.code));
    });
    expect(code).toBe(2);
    const agent = await openAgent({
      open: async () => childStream(process.execPath, [script, "ask"], { MESHGATE_POD: "alone" }),
    });
    const [environment, dns] = await agent.ask(
      [
        { kind: "environment", prefix: "MESHGATE_", timeoutMs: 5000 },
        { kind: "dns", server: "127.0.0.1", port: 1, transport: "udp", name: "x", type: "A", timeoutMs: 5000 },
      ],
      { concurrency: 2 },
    );
    expect(agent.facts.pod).toBe("alone");
    expect(environment).toMatchObject({ outcome: "answered", environment: { MESHGATE_POD: "alone" } });
    expect(dns).toMatchObject({ outcome: "refused" });
    await agent.close();
  });
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { splitLines } from "../lines.ts";
import { watchServer } from "./watch-server.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
const cleanUps: (() => unknown)[] = [];
afterEach(() => cleanUps.splice(0).forEach((cleanUp) => cleanUp()));

/** A server in a process of its own, and its port. */
async function server() {
  const child = spawn(process.execPath, [main, "serve"], {
    env: { ...process.env, MESHGATE_HTTP_PORT: "0", MESHGATE_TCP_PORT: "0", MESHGATE_UDP_PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  cleanUps.push(() => child.kill("SIGKILL"));
  const line = await new Promise<string>((resolve) => child.stdout.setEncoding("utf8").on("data", splitLines(resolve)));
  const { serving } = JSON.parse(line) as { serving: { udp: number } };
  return { port: serving.udp, stop: () => child.kill("SIGSTOP"), go: () => child.kill("SIGCONT"), child };
}

function watching(port: number) {
  const watch = watchServer(port, { patienceMs: 200 });
  cleanUps.push(watch.stop);
  return watch;
}

it("a server that is stopped is seen to be, while it lasts and afterwards, and one that runs is not", async () => {
  const { port, stop, go } = await server();
  const watch = watching(port);
  await expect.poll(() => watch.takeLapses()).toEqual([]);
  const stoppedAtMs = Date.now();
  stop();
  await expect.poll(() => watch.takeLapses().length, { timeout: 10_000 }).toBeGreaterThan(0);
  const wentOnAtMs = Date.now();
  go();
  let whole = { fromMs: Infinity, toMs: 0 };
  await expect
    .poll(
      () => {
        const [lapse] = watch.takeLapses();
        if (lapse) whole = lapse;
        return lapse === undefined && whole.toMs;
      },
      { timeout: 10_000 },
    )
    .toBeGreaterThan(0);
  expect(whole).toMatchObject({ kind: "stalled" });
  expect(whole.fromMs).toBeLessThan(stoppedAtMs + 1_000);
  expect(whole.toMs).toBeGreaterThanOrEqual(wentOnAtMs - 1_000);
});

it("a server that has ended, or never was there, is not stalled", async () => {
  const { port, child } = await server();
  const watch = watching(port);
  child.kill("SIGKILL");
  await once(child, "exit");
  watch.takeLapses();
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(watch.takeLapses()).toEqual([]);
});

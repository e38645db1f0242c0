import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["lib/**/*.test.ts"],
          testTimeout: 20_000,
          // Most of the time is spent waiting for processes and sockets, not for the processor.
          maxWorkers: Math.max(4, availableParallelism() - 1),
          // No test changes what another file can see: no module is mocked, and stubs end with their test.
          isolate: false,
          // A process that a test starts takes half the time when Node.js finds its modules compiled.
          env: { NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/compiled") },
        },
      },
      {
        test: { name: "browser", include: ["lib/report/**/*.browser.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
      },
      { test: { name: "contract", include: ["lib/**/*.contract.ts"], testTimeout: 60_000, hookTimeout: 60_000 } },
      {
        test: {
          name: "end-to-end",
          include: ["lib/cli/**/*.e2e.ts"],
          globalSetup: ["lib/cli/end-to-end/test-lab.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

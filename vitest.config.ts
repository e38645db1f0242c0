import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["lib/**/*.test.ts"], testTimeout: 20_000 } },
      { test: { name: "contract", include: ["lib/**/*.contract.ts"], testTimeout: 60_000, hookTimeout: 60_000 } },
    ],
  },
});

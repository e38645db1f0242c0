import { expect, it } from "vitest";
import { fullReference, pullImage } from "./images.ts";

it.each([
  ["node", "docker.io/library/node:latest"],
  ["node:24-alpine", "docker.io/library/node:24-alpine"],
  ["library/node:24", "docker.io/library/node:24"],
  ["docker.io/node:24", "docker.io/library/node:24"],
  ["index.docker.io/library/node:24", "docker.io/library/node:24"],
  ["someone/tool:1", "docker.io/someone/tool:1"],
  ["localhost/tool:1", "localhost/tool:1"],
  ["registry.lab:5000/tool", "registry.lab:5000/tool:latest"],
])("writes %s in full as %s", (short, full) => {
  expect(fullReference(short)).toBe(full);
});

it.each([
  "node:20",
  "node:22-alpine",
  "docker.io/library/node:24.1.0-bookworm-slim",
  `node:24@sha256:${"0".repeat(64)}`,
])("has %s, which runs the lab's Node", (reference) => {
  const pull = pullImage(reference);
  if ("failure" in pull) throw new Error(pull.failure);
  expect(pull.image.hasProject).toBe(false);
  expect(pull.image.id).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(pull.image.commandFor([])).toEqual(["node"]);
  expect(pull.image.commandFor(["-e", "1"])).toEqual(["node", "-e", "1"]);
  expect(pull.image.commandFor(["server.mjs"])).toEqual(["node", "server.mjs"]);
  expect(pull.image.commandFor(["sh", "-c", "true"])).toEqual(["sh", "-c", "true"]);
});

it.each(["registry.lab/kube-dns:1", "registry.lab/ingress:1"])("shows the project to its own image %s", (reference) => {
  expect(pullImage(reference)).toMatchObject({ image: { hasProject: true } });
});

it.each(["node", "node:18", "evil/node:24", "registry.invalid/nope:1", "registry.lab/other:1"])(
  "has no %s",
  (reference) => {
    expect(pullImage(reference)).toEqual({ failure: expect.stringContaining(`"${fullReference(reference)}"`) });
  },
);

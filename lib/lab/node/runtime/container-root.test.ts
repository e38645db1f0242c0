import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { layOutRoot, type RootPlan } from "./container-root.ts";

function plan(mounts: [target: string, source: string][]): { folder: string; root: string; plan: RootPlan } {
  const folder = mkdtempSync(join(tmpdir(), "root-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "volume/inner"), { recursive: true });
  writeFileSync(join(folder, "file"), "");
  const image = {
    folders: [{ source: "/image/usr", target: "usr" }],
    links: [{ path: "bin", target: "usr/bin" }],
    project: folder,
  };
  const all = mounts.map(([target, source]) => ({ target, source: join(folder, source), readOnly: true }));
  return {
    folder,
    root: join(folder, "root"),
    plan: { image, mounts: all, settings: { hosts: "here" }, hasProject: false },
  };
}

it("lays a root out and orders its mounts from the outside to the inside", () => {
  const {
    folder,
    root,
    plan: wanted,
  } = plan([
    ["/data/deep/inner", "volume"],
    ["/data/", "volume"],
    ["/etc/one.conf", "file"],
    ["/var/run/secrets/token", "volume"],
  ]);
  const mounts = layOutRoot(root, { ...wanted, hasProject: true });
  expect(mounts.map(({ target, readOnly }) => [target, readOnly])).toEqual([
    ["usr", false],
    ["data", true],
    ["meshgate", true],
    ["etc/one.conf", true],
    ["data/deep/inner", true],
    ["var/run/secrets/token", true],
  ]);
  expect(readlinkSync(join(root, "bin"))).toBe("usr/bin");
  expect(readFileSync(join(root, "etc/hosts"), "utf8")).toBe("here");
  expect(statSync(join(root, "etc/one.conf")).isFile()).toBe(true);
  // /var/run is a link to /run, inside of the root.
  expect(statSync(join(root, "run/secrets/token")).isDirectory()).toBe(true);
  // A mount inside of another one finds its place in that one's source.
  expect(existsSync(join(folder, "volume/deep/inner"))).toBe(true);
});

it("starts afresh each time", () => {
  const { root, plan: wanted } = plan([]);
  layOutRoot(root, wanted);
  writeFileSync(join(root, "tmp/left"), "");
  layOutRoot(root, wanted);
  expect(existsSync(join(root, "tmp/left"))).toBe(false);
});

it.each<[string, string, string]>([
  ["/usr/share/x", "volume", "/usr/share/x: /usr belongs to the image, which is read-only"],
  ["/x", "volume/none", "/x: the volume has no none"],
])("has no place for %s", (target, source, message) => {
  const { root, plan: wanted } = plan([[target, source]]);
  expect(() => layOutRoot(root, wanted)).toThrow(message);
});

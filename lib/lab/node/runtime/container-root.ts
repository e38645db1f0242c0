import { chmodSync, existsSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import type { BaseImage } from "./base-image.ts";

/** A folder or file that a container sees at `target`, an absolute path. */
export interface ContainerMount {
  source: string;
  target: string;
  readOnly: boolean;
}

export interface RootPlan {
  image: BaseImage;
  /** Content of /etc/resolv.conf, /etc/hosts and /etc/hostname, by name. */
  settings: Record<string, string>;
  mounts: ContainerMount[];
  hasProject: boolean;
}

/** One bind mount of the start script; `target` is relative to the new root. */
export interface PlannedMount {
  source: string;
  target: string;
  readOnly: boolean;
}

/**
 * Lays out the root folder of a container, fresh at every start, and returns the mounts that complete it, in the order in which they are to be
 * made. A mount whose place lies in the read-only image, or whose source is not there, throws.
 */
export function layOutRoot(root: string, { image, settings, mounts, hasProject }: RootPlan): PlannedMount[] {
  rmSync(root, { recursive: true, force: true });
  for (const folder of ["proc", "sys", "etc", "run/shm", "var/lib", "var/log", "var/tmp", "tmp", "root", "home/node"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const folder of ["tmp", "var/tmp", "run/shm"]) chmodSync(join(root, folder), 0o1777);
  for (const { target } of image.folders) mkdirSync(join(root, target), { recursive: true });
  for (const { path, target } of image.links) symlinkSync(target, join(root, path));
  symlinkSync("../run", join(root, "var/run"));
  for (const [name, content] of Object.entries(settings)) writeFileSync(join(root, "etc", name), content);

  const project = hasProject ? [{ source: image.project, target: "/meshgate", readOnly: true }] : [];
  const own = [...project, ...mounts]
    .map((mount) => ({ ...mount, target: normalize(mount.target).replace(/\/+$/, "") }))
    .toSorted((left, right) => left.target.length - right.target.length);
  for (const [index, mount] of own.entries()) makePlace(root, mount, own.slice(0, index), image);
  return [
    ...image.folders.map((folder) => ({ ...folder, readOnly: false })),
    ...own.map((mount) => ({ ...mount, target: mount.target.slice(1) })),
  ];
}

/** A mount inside of another one needs its place in the other's source. */
function makePlace(root: string, mount: ContainerMount, outer: ContainerMount[], image: BaseImage): void {
  if (!existsSync(mount.source))
    throw new Error(`${mount.target}: the volume has no ${mount.source.split("/").at(-1)}`);
  const inside = outer.findLast(({ target }) => mount.target.startsWith(`${target}/`));
  const shared = image.folders.find(({ target }) => mount.target.startsWith(`/${target}/`));
  if (shared) throw new Error(`${mount.target}: /${shared.target} belongs to the image, which is read-only`);
  const place = inside ? join(inside.source, mount.target.slice(inside.target.length)) : join(root, mount.target);
  if (existsSync(place)) return;
  if (statSync(mount.source).isDirectory()) {
    mkdirSync(place, { recursive: true });
    return;
  }
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, "");
}

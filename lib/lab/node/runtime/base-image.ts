import { copyFileSync, existsSync, lstatSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { shellQuote } from "../../../base/shell-quote.ts";
import { runProgram } from "./run-program.ts";

/** What all containers of a node have in common, as folders to bind and links to make at the root. */
export interface BaseImage {
  /** Folders of the image and where a container sees them. All of them are read-only. */
  folders: { source: string; target: string }[];
  /** Links at the root, relative: `bin` to `usr/bin`. */
  links: { path: string; target: string }[];
  /** The project's own tree, for images that have it. */
  project: string;
}

const devices = ["null", "zero", "full", "random", "urandom", "tty"].filter((name) => existsSync(`/dev/${name}`));
const hostFolders = ["bin", "sbin", "lib", "lib32", "lib64", "libx32"];
/** Below /usr/local/etc, where a container's /etc links to them: programs and TLS need these of the host's /etc. */
const settingFolders = ["ssl", "alternatives"];
const settingFiles = ["ld.so.cache", "services", "protocols"];

const written: Record<string, string> = {
  passwd:
    "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
  group: "root:x:0:\nnode:x:1000:\nnogroup:x:65534:\n",
  "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n",
};

/**
 * Prepares below `directory`, which must be on a file system of the lab's own mount namespace, what containers are made of: the host's /usr
 * with a /usr/local that holds only Node, a small /dev, and settings for /etc. The host's own /usr/local and /etc are not shown to containers.
 * Rejects with what a tool complained about.
 */
export async function prepareBaseImage(directory: string): Promise<BaseImage> {
  const usr = join(directory, "usr");
  const dev = join(directory, "dev");
  const local = join(usr, "local");
  const links = [...hostFolders.filter(isLink).map(hostLink), ...settingLinks()];
  const folders = hostFolders.filter(isFolder).map((name) => ({ source: join(directory, name), target: name }));

  for (const folder of [usr, dev, ...folders.map(({ source }) => source)]) mkdirSync(folder, { recursive: true });
  for (const device of devices) writeFileSync(join(dev, device), "");
  for (const [name, target] of deviceLinks) symlinkSync(target, join(dev, name));
  await run([
    ...["usr", ...folders.map(({ target }) => target)].flatMap((name) =>
      bindReadOnly(`/${name}`, join(directory, name)),
    ),
    `mount -t tmpfs -o mode=755 tmpfs ${shellQuote(local)}`,
    `mount --bind ${shellQuote(dev)} ${shellQuote(dev)}`,
    ...devices.map((device) => `mount --bind /dev/${device} ${shellQuote(join(dev, device))}`),
    // The folder alone: a device on a read-only mount can still be written to.
    `mount -o remount,bind,ro ${shellQuote(dev)}`,
  ]);

  const settings = join(local, "etc");
  const node = join(local, "bin", "node");
  for (const folder of [join(local, "bin"), ...presentFolders().map((name) => join(settings, name))]) {
    mkdirSync(folder, { recursive: true });
  }
  writeFileSync(node, "");
  for (const name of settingFiles.filter(isSetting)) copyFileSync(`/etc/${name}`, join(settings, name));
  for (const [name, content] of Object.entries(written)) writeFileSync(join(settings, name), content);
  await run([
    ...bindReadOnly(process.execPath, node),
    ...presentFolders().flatMap((name) => bindReadOnly(`/etc/${name}`, join(settings, name))),
    `mount -o remount,bind,ro ${shellQuote(local)}`,
  ]);

  return {
    folders: [{ source: usr, target: "usr" }, { source: dev, target: "dev" }, ...folders],
    links,
    project: resolve(import.meta.dirname, "../../../.."),
  };
}

const deviceLinks: [string, string][] = [
  ["fd", "/proc/self/fd"],
  ["stdin", "/proc/self/fd/0"],
  ["stdout", "/proc/self/fd/1"],
  ["stderr", "/proc/self/fd/2"],
  ["shm", "/run/shm"],
];

function settingLinks(): BaseImage["links"] {
  return [...Object.keys(written), ...settingFiles.filter(isSetting), ...presentFolders()].map((name) => ({
    path: `etc/${name}`,
    target: `../usr/local/etc/${name}`,
  }));
}

function presentFolders(): string[] {
  return settingFolders.filter(isSetting);
}

function isSetting(name: string): boolean {
  return existsSync(`/etc/${name}`);
}

function isLink(name: string): boolean {
  return lstatSync(`/${name}`, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function isFolder(name: string): boolean {
  return lstatSync(`/${name}`, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function hostLink(name: string): BaseImage["links"][number] {
  return { path: name, target: realpathSync(`/${name}`).slice(1) };
}

/** Two steps, since a bind mount takes its source's flags; mount(8) repeats those that a user namespace may not clear. */
function bindReadOnly(source: string, target: string): string[] {
  return [
    `mount --rbind ${shellQuote(source)} ${shellQuote(target)}`,
    `mount -o remount,bind,ro ${shellQuote(target)}`,
  ];
}

function run(commands: string[]): Promise<void> {
  return runProgram("sh", ["-c", ["set -e", ...commands].join("\n")]);
}

import { createHash } from "node:crypto";

/** An image that the lab can run. All of them are the host's own /usr with the lab's Node. */
export interface Image {
  /** The reference in full: `docker.io/library/node:24-alpine`. */
  reference: string;
  /** `sha256:…`, the same for the same reference. */
  id: string;
  /** What runs when a container names no command of its own. */
  commandFor(args: string[]): string[];
  environment: Record<string, string>;
  /** The project's own tree is at /meshgate. */
  hasProject: boolean;
}

export type Pull = { image: Image } | { failure: string };

const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const environment = { PATH: searchPath, NODE_VERSION: process.versions.node };
const stockNode = /^docker\.io\/library\/node:(20|22|24)([.-][\w.-]+)?(@sha256:[0-9a-f]{64})?$/;
const own = new Set(["registry.lab/kube-dns:1", "registry.lab/ingress:1"]);

/**
 * Pulls an image by its reference, short or long. The lab has the stock Node images (any 20, 22 or 24; what runs is always the lab's own
 * Node) and its add-ons; any other name fails with the text that a node would show.
 */
export function pullImage(reference: string): Pull {
  const full = fullReference(reference);
  if (stockNode.test(full)) return { image: image(full, nodeCommand, false) };
  if (own.has(full)) return { image: image(full, (args) => args, true) };
  return {
    failure: `failed to pull and unpack image "${full}": failed to resolve image: ${full}: not found: the lab has no registry`,
  };
}

/** Writes a reference in full, as Docker's naming has it: no registry means docker.io, no folder means library, no tag means latest. */
export function fullReference(reference: string): string {
  const [first = "", ...rest] = reference.split("/");
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const registry = hasRegistry ? first.replace(/^index\.docker\.io$/, "docker.io") : "docker.io";
  const name = hasRegistry ? rest.join("/") : reference;
  const folder = registry === "docker.io" && !name.includes("/") ? "library/" : "";
  const tag = /[:@]/.test(name) ? "" : ":latest";
  return `${registry}/${folder}${name}${tag}`;
}

function image(reference: string, commandFor: Image["commandFor"], hasProject: boolean): Image {
  const id = `sha256:${createHash("sha256").update(reference).digest("hex")}`;
  return { reference, id, commandFor, environment, hasProject };
}

/** The stock image's entry point gives anything that is not a command to Node. */
function nodeCommand(args: string[]): string[] {
  const [first = "-"] = args;
  return first.startsWith("-") || /\.[cm]?[jt]s$/.test(first) ? ["node", ...args] : args;
}

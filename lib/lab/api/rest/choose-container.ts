import type { KubeObject } from "../../model.ts";
import { badRequest } from "../status-errors.ts";

/** Gives the container that a request for logs or a command means. Throws 400 when there is none of that name, or more than one to choose from. */
export function chooseContainer({ metadata, spec }: KubeObject, asked: string | null): string {
  const named = (containers: { name: string }[] | undefined) => (containers ?? []).map(({ name }) => name);
  const main = named(spec.containers);
  const all = [...main, ...named(spec.initContainers), ...named(spec.ephemeralContainers)];
  if (asked) {
    if (all.includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
  }
  if (all.length === 1) return main[0]!;
  const initial = named(spec.initContainers);
  const others = initial.length > 0 ? ` or one of the init containers: [${initial.join(" ")}]` : "";
  throw badRequest(
    `a container name must be specified for pod ${metadata.name}, choose one of: [${main.join(" ")}]${others}`,
  );
}

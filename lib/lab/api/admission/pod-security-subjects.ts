import type { Fields } from "../strategies/strategy.ts";

/** Gives all containers of a pod, the initial ones last, as the API server's messages list them. */
export function allContainers(spec: Fields): Fields[] {
  return [...(spec.containers ?? []), ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])];
}

/** Writes `container "a"` or `containers "a", "b"`. */
export function containerList(containers: Fields[]): string {
  return nameList("container", containers);
}

/** Writes `volume "a"` or `volumes "a", "b"`. */
export function volumeList(volumes: Fields[]): string {
  return nameList("volume", volumes);
}

/** Writes `"a", "b"`. */
export function quoted(names: string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}

function nameList(noun: string, items: Fields[]): string {
  return `${items.length === 1 ? noun : `${noun}s`} ${quoted(items.map(({ name }) => name))}`;
}

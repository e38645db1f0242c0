import type { TestContext } from "vitest";
import { fieldOf, isRecord, textOf } from "../../base/open-record.ts";
import { shell } from "./channels.ts";
import { readyPod, shellPod } from "./pods.ts";
import type { Room, Rooms } from "./room.ts";
import { settle } from "./settle.ts";
import type { Wire } from "./wire.ts";

/** Servers of names remember what they said for up to half a minute. */
export const forgottenWithinMs = 60_000;

/** One cluster of a mesh, with a namespace that has the same name in all of them. */
export interface MeshPlace {
  /** Its name in the mesh. */
  cluster: string;
  /** Cilium's configuration. */
  config: Record<string, string>;
  room: Room;
}

/** An API server and the namespaces that were opened there. */
export interface Site {
  wire: Wire;
  rooms: Rooms;
}

/**
 * Opens a namespace in each cluster of the mesh that the first cluster belongs to. Clusters that are in no mesh with it are left out;
 * fewer than two places are no mesh.
 */
export async function openPlaces(sites: readonly Site[], namespace: string): Promise<MeshPlace[]> {
  const [first] = sites;
  if (first === undefined) return [];
  const linked = Object.keys(await dataOf(first.wire, "secrets/cilium-clustermesh"));
  const places = await Promise.all(
    sites.map(async ({ wire, rooms }, index): Promise<MeshPlace[]> => {
      const config = await dataOf(wire, "configmaps/cilium-config");
      const cluster = config["cluster-name"];
      if (cluster === undefined || (index > 0 && !linked.includes(cluster))) return [];
      const room = await rooms.open({}, namespace);
      const annotations = { "clustermesh.cilium.io/global": "true" };
      await room.patch("namespaces", namespace, { metadata: { annotations } });
      return [{ cluster, config, room }];
    }),
  );
  return places.flat();
}

/** Gives the first two places; without them there is no mesh, and the test is skipped. */
export function firstTwo(places: readonly MeshPlace[], skip: TestContext["skip"]): [MeshPlace, MeshPlace] {
  const [first, second] = places;
  if (first === undefined || second === undefined) {
    return skip("the clusters are not members of one Cilium ClusterMesh, or there is only one");
  }
  return [first, second];
}

async function dataOf(wire: Wire, path: string): Promise<Record<string, string>> {
  const { body } = await wire.request("GET", `/api/v1/namespaces/kube-system/${path}`);
  const data = fieldOf(body, "data");
  return isRecord(data) ? (data as Record<string, string>) : {};
}

/** Runs in each place a pod that answers on port 8080 with the name of its cluster and is labelled `app: NAME`. */
export async function serveEverywhere(places: readonly MeshPlace[], app: string): Promise<void> {
  await Promise.all(places.map(({ room, cluster }) => serveIn(room, cluster, app)));
}

/** Runs such a pod in one place. */
export async function serveIn(room: Room, cluster: string, app: string): Promise<void> {
  const script = `node -e 'require("http").createServer((q,r)=>r.end("${cluster}")).listen(8080)'`;
  const readinessProbe = { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 };
  await readyPod(room, app, { metadata: { labels: { app } }, ...shellPod(script, {}, { readinessProbe }) });
}

/**
 * Asks a host's port 80 from a pod, with a new connection each time, until those who answer are these, and no others. Returns them, in order of
 * the alphabet; throws when it takes too long.
 */
export async function answersOf(place: MeshPlace, pod: string, host: string, clusters: string[]): Promise<string[]> {
  const wanted = clusters.toSorted().join();
  const ask = async () => {
    const { stdout } = await shell(place.room, pod, `node -e '${askOften}' http://${host}/`);
    return stdout.trim();
  };
  // Twice in a row: what was true on the way to something else does not count.
  let before = "";
  const answers = await settle(`answers of ${wanted} to ${place.cluster}`, ask, (now) => {
    const isSettled = now === wanted && before === wanted;
    before = now;
    return isSettled;
  });
  return answers.split(",");
}

/** Prints who answers, or with which errors, in order. By chance alone, one of three clusters is left out less than once in 10 000 times. */
const askOften = `
const ask = () => fetch(process.argv[1], { headers: { connection: "close" }, signal: AbortSignal.timeout(2000) })
  .then((r) => r.text(), (e) => e.cause?.code ?? e.name);
Promise.all(Array.from({ length: 25 }, ask)).then((all) => console.log([...new Set(all)].sort().join()));
`;

/** Resolves a name to its IPv4 addresses in a pod, in order; an error's code in their place. */
export async function resolved(place: MeshPlace, pod: string, name: string): Promise<string[]> {
  const script = `require("dns").promises.resolve4(process.argv[1]).then((a)=>console.log(a.sort().join()),(e)=>console.log(e.code))`;
  const { stdout } = await shell(place.room, pod, `node -e '${script}' ${name}`);
  return stdout.trim().split(",");
}

/** Addresses of a pod's name in these places, in order. */
export async function podAddresses(places: readonly MeshPlace[], pod: string): Promise<string[]> {
  const pods = await Promise.all(places.map(({ room }) => room.get("pods", pod)));
  return pods.map(({ body }) => textOf(body, "status", "podIP") ?? "").toSorted();
}

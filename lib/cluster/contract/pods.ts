import { fieldOf, listOf, textOf } from "../../base/open-record.ts";
import { image, ownLabel } from "./room.ts";
import type { Fields, Room } from "./room.ts";
import { settle } from "./settle.ts";
import type { Answer } from "./wire.ts";

/** Fields of a pod with one container, `main`, that runs a shell command and stops without delay. */
export function shellPod(
  script: string,
  spec: Record<string, unknown> = {},
  container: Record<string, unknown> = {},
): Fields {
  const main = { name: "main", image, command: ["sh", "-c", script], ...container };
  return { spec: { terminationGracePeriodSeconds: 0, containers: [main], ...spec } };
}

/** A pod template that does nothing for long. */
export function idleTemplate(app: string): Fields {
  return { metadata: { labels: { app, ...ownLabel } }, ...shellPod("sleep 3600") };
}

/** Creates a pod that does nothing for long and waits until it is ready. */
export async function readyPod(room: Room, name: string, fields = shellPod("sleep 3600")): Promise<unknown> {
  await room.create("pods", name, fields);
  return podSettled(room, name, "readiness", isReady);
}

/** Waits until a pod is as it should be and returns it. */
export async function podSettled(
  room: Room,
  name: string,
  what: string,
  isSettled: (pod: unknown) => boolean,
): Promise<unknown> {
  const read = () => room.get("pods", name);
  const answer = await settle(`${what} of pod ${name}`, read, ({ body }: Answer) => isSettled(body));
  return answer.body;
}

export function isReady(object: unknown): boolean {
  return textOf(condition(object, "Ready"), "status") === "True";
}

/** A condition of an object's status. */
export function condition(object: unknown, type: string): unknown {
  return listOf(object, "status", "conditions").find((entry) => fieldOf(entry, "type") === type);
}

/** Status of the pod's first container. */
export function containerStatus(pod: unknown): unknown {
  return listOf(pod, "status", "containerStatuses")[0];
}

export function nameOf(object: unknown): string {
  return textOf(object, "metadata", "name") ?? "";
}

/** Names of the reasons of an object's events, the latest included. */
export async function eventReasons(room: Room, name: string): Promise<string[]> {
  const { body } = await room.wire.request(
    "GET",
    room.path("events", undefined, `?fieldSelector=${encodeURIComponent(`involvedObject.name=${name}`)}`),
  );
  return listOf(body, "items").map((event) => textOf(event, "reason") ?? "");
}

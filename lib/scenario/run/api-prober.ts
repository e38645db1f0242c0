import { textOf } from "../../base/open-record.ts";
import type { Cluster, KubeObject } from "../../cluster/cluster.ts";
import { notRun } from "./not-run.ts";
import type { ObjectQuestion, Question, Sighting } from "../question.ts";

const mostEvents = 5;

/**
 * Asks a cluster's API server about objects. Never rejects: what the API server does not tell was not looked at.
 *
 * An object that does not exist is an answer, with no objects.
 */
export async function askApi(cluster: Cluster, question: Question): Promise<Sighting> {
  if (question.kind !== "objects") return notRun(`an API server is not asked for ${question.kind}`);
  const startedAt = Date.now();
  const started = performance.now();
  const durationMs = () => performance.now() - started;
  try {
    const seen = await lookUp(cluster, question);
    return { outcome: "answered", startedAt, durationMs: durationMs(), eventLoopDelayMs: 0, ...seen };
  } catch (error) {
    return notRun(error instanceof Error ? error.message : "the API server gave no answer");
  }
}

async function lookUp(cluster: Cluster, question: ObjectQuestion): Promise<Pick<Sighting, "objects" | "events">> {
  const { of, namespace, name } = question;
  if (name === undefined) return { objects: await cluster.list(of, namespace === undefined ? {} : { namespace }) };
  const [object, events] = await Promise.all([cluster.get(of, name, namespace), eventsAbout(cluster, question)]);
  return { objects: object ? [object] : [], events };
}

async function eventsAbout(cluster: Cluster, { of, namespace, name = "" }: ObjectQuestion): Promise<string[]> {
  if (namespace === undefined) return [];
  const events = await cluster.list(
    { apiVersion: "v1", kind: "Event" },
    { namespace, fieldSelector: `involvedObject.kind=${of.kind},involvedObject.name=${name}` },
  );
  return events
    .toSorted((left, right) => timeOf(left).localeCompare(timeOf(right)))
    .slice(-mostEvents)
    .map((event) => `${textOf(event, "reason") ?? "Event"}: ${textOf(event, "message") ?? ""}`);
}

function timeOf(event: KubeObject): string {
  return textOf(event, "lastTimestamp") ?? textOf(event, "eventTime") ?? event.metadata.creationTimestamp ?? "";
}

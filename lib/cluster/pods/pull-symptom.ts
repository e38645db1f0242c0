import { textOf } from "../../base/open-record.ts";
import type { KubeObject } from "../cluster.ts";
import { eventMessage, latestEvent } from "./pod-events.ts";
import type { PodSymptom } from "./pod-symptom.ts";

/** What registries and container runtimes say of an image that this node will never get from there. */
const final =
  /not found|unauthorized|denied|forbidden|does not exist|manifest unknown|no match for platform|no image found in|invalid reference/i;

/**
 * Explains a container that waits for its image; undefined for any other one.
 *
 * Both reasons are one symptom, for the kubelet changes between them as long as an image does not come. A registry that does not answer
 * may do so at the next attempt.
 * @see https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff
 */
export function pullSymptom(container: unknown, events: readonly KubeObject[]): PodSymptom | undefined {
  const reason = textOf(container, "state", "waiting", "reason") ?? "";
  if (reason !== "ErrImagePull" && reason !== "ImagePullBackOff") return undefined;
  const said = textOf(container, "state", "waiting", "message") ?? "no message";
  // A back-off need not name its cause; then an event does.
  const cause = latestCause(events);
  const text = cause === undefined || said.includes(cause) || final.test(said) ? said : `${said}: ${cause}`;
  return {
    reason: "ImagePull",
    message: `${reason}: ${text}`,
    holdMs: final.test(text) ? 5000 : 60_000,
    hint: "Name an image that this node can pull with --image, or a secret with --image-pull-secret.",
  };
}

function latestCause(events: readonly KubeObject[]): string | undefined {
  const causeIn = (event: KubeObject) => /^Failed to pull image "[^"]*": (.+)$/s.exec(eventMessage(event))?.[1];
  const failure = latestEvent(events, (event) => textOf(event, "reason") === "Failed" && causeIn(event) !== undefined);
  return failure && causeIn(failure);
}

import type { PodEvent } from "../pod-events.ts";
import { type Image, pullImage } from "../runtime/images.ts";
import { backOffMs, type ContainerRecord, inError } from "./container-record.ts";

/** What came of an attempt to get a container's image; without `image` the container waits as `record` says. */
export type PullResult = { image: Image } | { record: ContainerRecord; events: Omit<PodEvent, "container">[] };

/** How long ErrImagePull is shown before it turns into ImagePullBackOff. */
const failureShownMs = 1000;

/**
 * Tries to get a container's image. A failed attempt shows ErrImagePull, then ImagePullBackOff until the next attempt: after 10 s, doubling
 * up to 5 min.
 */
export function pullForContainer(record: ContainerRecord, reference: string, nowMs: number): PullResult {
  const pull = pullImage(reference);
  if ("image" in pull) return pull;
  const { failure } = pull;
  const shown = "waiting" in record.state ? record.state.waiting.reason : "";
  if (shown !== "ErrImagePull") {
    return {
      record: inError(record, "ErrImagePull", failure, nowMs + failureShownMs),
      events: [
        { type: "Normal", reason: "Pulling", message: `Pulling image "${reference}"` },
        { type: "Warning", reason: "Failed", message: `Failed to pull image "${reference}": ${failure}` },
        { type: "Warning", reason: "Failed", message: "Error: ErrImagePull" },
      ],
    };
  }
  const backOff = `Back-off pulling image "${reference}"`;
  const retryAtMs = nowMs + backOffMs(record.failures - 1);
  return {
    record: inError(record, "ImagePullBackOff", `${backOff}: ErrImagePull: ${failure}`, retryAtMs),
    events: [
      { type: "Normal", reason: "BackOff", message: backOff },
      { type: "Warning", reason: "Failed", message: "Error: ImagePullBackOff" },
    ],
  };
}

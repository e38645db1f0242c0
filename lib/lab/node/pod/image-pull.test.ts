import { expect, it } from "vitest";
import { newRecord } from "./container-record.ts";
import { pullForContainer } from "./image-pull.ts";

it("gives an image that the lab has", () => {
  expect(pullForContainer(newRecord("c", "node:24", ""), "node:24", 0)).toMatchObject({
    image: { reference: "docker.io/library/node:24" },
  });
});

it("turns from ErrImagePull to ImagePullBackOff and back, waiting longer each time", () => {
  let record = newRecord("c", "registry.invalid/nope:1", "ContainerCreating");
  const seen: string[] = [];
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const nowMs = record.retryAtMs;
    const result = pullForContainer(record, "registry.invalid/nope:1", nowMs);
    if ("image" in result) throw new Error("there is no such image");
    record = result.record;
    const reason = "waiting" in record.state ? record.state.waiting.reason : "";
    seen.push(
      `${reason} for ${record.retryAtMs - nowMs}: ${result.events.map((event) => event.message.slice(0, 30)).join(" | ")}`,
    );
  }
  expect(seen).toMatchInlineSnapshot(`
    [
      "ErrImagePull for 1000: Pulling image "registry.invali | Failed to pull image "registry | Error: ErrImagePull",
      "ImagePullBackOff for 10000: Back-off pulling image "regist | Error: ImagePullBackOff",
      "ErrImagePull for 1000: Pulling image "registry.invali | Failed to pull image "registry | Error: ErrImagePull",
      "ImagePullBackOff for 20000: Back-off pulling image "regist | Error: ImagePullBackOff",
      "ErrImagePull for 1000: Pulling image "registry.invali | Failed to pull image "registry | Error: ErrImagePull",
      "ImagePullBackOff for 40000: Back-off pulling image "regist | Error: ImagePullBackOff",
    ]
  `);
  expect(record.state).toMatchInlineSnapshot(`
    {
      "waiting": {
        "message": "Back-off pulling image "registry.invalid/nope:1": ErrImagePull: failed to pull and unpack image "registry.invalid/nope:1": failed to resolve image: registry.invalid/nope:1: not found: the lab has no registry",
        "reason": "ImagePullBackOff",
      },
    }
  `);
});

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fieldOf, listOf } from "../../base/open-record.ts";
import { readManifest } from "../../cluster/run/manifest.ts";
import { everyContainerIsLimited } from "../expect/expect-quota.ts";
import { silence } from "../fixture.ts";

const directory = join(import.meta.dirname, "../../../fixtures/manifests");

test.for(readdirSync(directory))(
  "the pods of %s carry requests and limits, and are fit for the level restricted",
  (file) => {
    const pods = readManifest(join(directory, file))
      .filter((object) => fieldOf(object["spec"], "template") !== undefined)
      .map((object) => ({ ...object, spec: fieldOf(object["spec"], "template", "spec") }));
    for (const pod of pods) {
      expect(everyContainerIsLimited().judge(silence("answered", { objects: [pod] }))).toEqual({ kept: true });
      // A pod of the node's own network has a namespace of its own, where that level does not hold.
      if (fieldOf(pod.spec, "hostNetwork") === true) continue;
      expect(pod.spec).toMatchObject({
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      });
      for (const container of listOf(pod.spec, "containers"))
        expect(container).toMatchObject({
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        });
    }
  },
);

import { askApi } from "../ask-api.ts";
import type { ObjectStep } from "../fault.ts";
import type { LabAccess } from "../lab-access.ts";

/** Changes an object. Rejects when the API server does not take it. */
export async function makeObjectStep(step: ObjectStep, lab: LabAccess): Promise<void> {
  await patch(step, step.make, lab);
}

/** Changes it back. Rejects when the API server does not take it; an object that is gone by now needs nothing. */
export async function undoObjectStep(step: ObjectStep, lab: LabAccess): Promise<void> {
  await patch(step, step.undo, lab, 404);
}

async function patch(step: ObjectStep, body: object, lab: LabAccess, alsoGood?: number): Promise<void> {
  const { resource, name, cluster } = step;
  const root = resource.startsWith("v1/") ? "/api" : "/apis";
  const [kind, ...group] = resource.split("/").toReversed();
  const namespace = step.namespace === "{run}" ? await runNamespace(cluster, lab) : step.namespace;
  const space = namespace === "" ? "" : `/namespaces/${namespace}`;
  const path = `${root}/${group.toReversed().join("/")}${space}/${kind}/${name}`;
  const { status, body: answer } = await askApi(lab, cluster, { method: "PATCH", path, body });
  if (status >= 300 && status !== alsoGood)
    throw new Error(`the API server answers ${status}: ${(answer as { message?: string }).message}`);
}

/** The namespace of the run that is under way: of its namespaces, whose names begin alike, the one that adds nothing. */
async function runNamespace(cluster: string, lab: LabAccess): Promise<string> {
  const { body } = await askApi(lab, cluster, { path: "/api/v1/namespaces?labelSelector=meshgate.dev/run" });
  const names = (body as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name);
  const [shortest] = names.toSorted((a, b) => a.length - b.length);
  if (shortest === undefined) throw new Error(`no run is under way in ${cluster}`);
  return shortest;
}

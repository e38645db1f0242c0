import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { enterNode, type RunningLab, startLab } from "../lab.ts";
import { runTool } from "../net/run-tool.ts";
import { askApi } from "./ask-api.ts";
import type { Fault, Step } from "./fault.ts";
import { faultsInPlace, makeFault, undoFault } from "./make-fault.ts";
import { nftStep } from "./nft-step.ts";

const node = "alone-control-plane";

let folder: string;
let lab: RunningLab;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "faults-"));
  const topologyFile = join(folder, "alone.yaml");
  writeFileSync(
    topologyFile,
    "clusters:\n  - { name: alone, podCIDR: 10.0.0.0/16, serviceCIDR: 10.1.0.0/16, workers: 0 }\n",
  );
  lab = await startLab({ topologyFile, stateDir: folder });
});

afterAll(async () => {
  await lab.stop();
  rmSync(folder, { recursive: true });
});

const fault = (...steps: Step[]): Fault => ({
  id: "a-fault",
  breaks: "something",
  topology: "two-regions",
  steps,
  asks: [],
  mustRed: [],
  mustStayGreen: [],
  causes: [],
});

const view: Step = { kind: "view", cluster: "alone", node, view: "kube-proxy.no-service" };
const object: Step = {
  kind: "object",
  cluster: "alone",
  resource: "apps/v1/deployments",
  namespace: "kube-system",
  name: "coredns",
  make: { metadata: { annotations: { broken: "yes" } } },
  undo: { metadata: { annotations: { broken: null } } },
};

async function onNode(...[command = "", ...args]: string[]): Promise<string> {
  const entered = enterNode(lab.handle, node, command, args);
  return runTool(entered.file, entered.args);
}

/** What a fault may touch of a node; rules of other tables follow what the cluster does. */
const networkOfNode = async (): Promise<string[]> => [
  await onNode("nft", "list", "tables"),
  await onNode("ip", "-4", "route", "show", "table", "all"),
  await onNode("tc", "qdisc", "show"),
];

/** What runs in the lab, as its own /proc tells it. */
const programsOfLab = (): string[] => {
  const own = `/proc/${lab.handle.pid}/root/proc`;
  const numbers = readdirSync(own).filter((name) => /^\d+$/.test(name));
  return numbers.map((pid) => readFileSync(`${own}/${pid}/cmdline`, "utf8").split("\0").join(" ").trim());
};

const get = (path: string) => askApi(lab, "alone", { path });
const views = () => get("/api/v1/namespaces/kube-system/configmaps/lab-sabotage");

describe("a fault in a lab", () => {
  it("is in place when it was made, and leaves nothing when it was undone", async () => {
    const before = await networkOfNode();
    const both = fault(
      nftStep("a-fault", node, { forward: ["ip daddr { {pod:k8s-app=kube-dns} } drop"] }),
      {
        kind: "node",
        node,
        make: [{ run: ["ip", "route", "add", "blackhole", "192.0.2.0/24"] }, { program: ["sleep", "1001"] }],
        undo: [{ run: ["ip", "route", "del", "blackhole", "192.0.2.0/24"] }],
      },
      view,
      object,
    );
    await makeFault(both, lab);
    expect(faultsInPlace(lab)).toEqual(["a-fault"]);
    expect(await onNode("nft", "list", "table", "inet", "sabotage-a-fault")).toMatch(/ip daddr \{? ?10\.0\.0\.\d+/);
    expect(await onNode("ip", "route")).toContain("blackhole 192.0.2.0/24");
    expect(programsOfLab()).toContain("sleep 1001");
    expect((await views()).body).toMatchObject({ data: { [`kube-proxy.no-service.on.${node}`]: "" } });
    const deployment = "/apis/apps/v1/namespaces/kube-system/deployments/coredns";
    expect((await get(deployment)).body).toMatchObject({ metadata: { annotations: { broken: "yes" } } });
    await expect(makeFault(both, lab)).rejects.toMatchObject({
      kind: "configuration",
      message: expect.stringContaining("a-fault is in place already") as string,
    });

    await undoFault(both, lab);
    expect(faultsInPlace(lab)).toEqual([]);
    expect(await networkOfNode()).toEqual(before);
    expect(programsOfLab()).not.toContain("sleep 1001");
    expect((await views()).status).toBe(404);
    expect((await get(deployment)).body).not.toMatchObject({ metadata: { annotations: { broken: "yes" } } });
    await expect(undoFault(both, lab)).rejects.toMatchObject({ kind: "configuration" });
  });

  it("leaves nothing when one of its steps fails, and names that", async () => {
    const before = await networkOfNode();
    const wrong: Step = {
      kind: "node",
      node,
      make: [{ nft: "table inet sabotage-second { }" }, { nft: "this is no rule" }],
      undo: [{ nft: "delete table inet sabotage-second" }],
    };
    await expect(makeFault(fault(nftStep("a-fault", node, {}), view, wrong), lab)).rejects.toMatchObject({
      kind: "broken",
      message: expect.stringMatching(
        /a-fault cannot be made \(node step on alone-control-plane\): .*this is no rule/s,
      ) as string,
    });
    expect(faultsInPlace(lab)).toEqual([]);
    expect(await networkOfNode()).toEqual(before);
    expect((await views()).status).toBe(404);
  });

  it("keeps the views that others distort", async () => {
    const other: Fault = { ...fault({ kind: "view", cluster: "alone", view: "dns.slow" }), id: "another" };
    await makeFault(fault(view), lab);
    await makeFault(other, lab);
    expect(faultsInPlace(lab)).toEqual(["a-fault", "another"]);
    await undoFault(fault(view), lab);
    expect(Object.keys(((await views()).body as { data: object }).data)).toEqual(["dns.slow"]);
    await undoFault(other, lab);
  });

  it.each<[string, Step]>([
    ["No pod on", nftStep("a-fault", node, { forward: ["ip daddr {pod:no=such} drop"] })],
    ["no pod with the role client", { kind: "pod", cluster: "alone", role: "client", make: "stop" }],
    ["answers 404", { ...object, name: "no-such" }],
    ["no run is under way", { ...object, namespace: "{run}" }],
    ["has no cluster other", { ...view, cluster: "other" }],
  ])("is not made when it says: %s", async (words, step) => {
    await expect(makeFault(fault(step), lab)).rejects.toMatchObject({
      kind: "broken",
      message: expect.stringContaining(words) as string,
    });
    expect(faultsInPlace(lab)).toEqual([]);
  });
});

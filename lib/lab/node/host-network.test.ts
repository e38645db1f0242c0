import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  image,
  isReady,
  type KubeletScene,
  openKubeletScene,
  possibleRights,
  readiness,
  serve,
} from "./kubelet-scene.ts";

describe.each(possibleRights)("with the rights of %s", (right) => {
  let scene: KubeletScene;
  beforeAll(async () => {
    scene = await openKubeletScene(right);
  });
  afterAll(() => scene.close());

  const own = { readinessProbe: readiness };
  const printed = async (pod: string, command: string[]) => (await scene.exec(pod, command)).stdout;

  it("a pod of the node's network has the node's address, name and ports", async () => {
    await scene.pod("guest", { hostNetwork: true, containers: [{ ...serve, ...own }] });
    const guest = await scene.when("guest", isReady);
    const { address, name } = scene.node;
    expect(guest["status"]).toMatchObject({ podIP: address, podIPs: [{ ip: address }], hostIP: address });
    expect(guest["spec"].containers[0].ports[0]).toMatchObject({ containerPort: 8080, hostPort: 8080 });
    expect(await printed("guest", ["hostname"])).toBe(`${name}\n`);
    expect(await printed("guest", ["cat", "/etc/hosts"])).toContain(`${address}\t${name}\n`);
    expect(await printed("guest", ["cat", "/proc/net/fib_trie"])).toContain(`${address}\n`);
    const asked = await scene.call({ do: "dial", pod: "guest", port: 8080, send: "GET / HTTP/1.0\r\n\r\n" });
    expect(asked).toContain(`from ${name}`);
  });

  it("it is reached by other pods at the node's address, and leaves the port with its end", async () => {
    await scene.pod("asker", { containers: [{ name: "c", image, command: ["sleep", "3600"] }] });
    await scene.when("asker", isReady);
    const url = `http://${scene.node.address}:8080/`;
    const script = `fetch("${url}").then(async (answer) => console.log(await answer.text()), (error) => console.log(error.cause.code))`;
    expect(await printed("asker", ["node", "-e", script])).toBe(`from ${scene.node.name}\n`);
    await scene.call({ do: "delete", resource: "pods", name: "guest", graceSeconds: 0 });
    await scene.gone("guest");
    expect(await printed("asker", ["node", "-e", script])).toBe("ECONNREFUSED\n");
  });

  it.each([
    ["ClusterFirstWithHostNet", true],
    ["ClusterFirst", false],
    ["Default", false],
  ])("with the DNS policy %s it asks the cluster's DNS: %s", async (dnsPolicy, isCluster) => {
    const name = `asks-${dnsPolicy.toLowerCase()}`;
    const containers = [{ name: "c", image, command: ["sleep", "3600"] }];
    await scene.pod(name, { hostNetwork: true, dnsPolicy, containers });
    await scene.when(name, isReady);
    const text = await printed(name, ["cat", "/etc/resolv.conf"]);
    expect(/nameserver 10\.1\.0\.10\n.*ndots:5/s.test(text)).toBe(isCluster);
  });
});

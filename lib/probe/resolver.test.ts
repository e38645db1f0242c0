import { describe, expect, it } from "vitest";
import { candidateNames, parseResolver, readResolver } from "./resolver.ts";

const podText = `# made by the kubelet
search shop.svc.cluster.local svc.cluster.local cluster.local
nameserver 10.96.0.10
nameserver fd00::a ; second
options ndots:5 timeout:1
`;
const pod = parseResolver(podText);

describe("a resolv.conf", () => {
  it("names servers, search list and ndots", () => {
    expect(pod).toEqual({
      nameservers: ["10.96.0.10", "fd00::a"],
      search: ["shop.svc.cluster.local", "svc.cluster.local", "cluster.local"],
      ndots: 5,
    });
  });

  it("has libc's defaults, and its last search line and option count", () => {
    expect(parseResolver("")).toEqual({ nameservers: [], search: [], ndots: 1 });
    expect(parseResolver("search a\ndomain b\noptions ndots:2 ndots:99")).toEqual({
      nameservers: [],
      search: ["b"],
      ndots: 15,
    });
  });

  it("that is not there is an empty one", () => {
    expect(readResolver("/no/such/resolv.conf")).toEqual({ nameservers: [], search: [], ndots: 1 });
  });
});

describe("the names that libc asks", () => {
  it("begin with the search list below ndots dots", () => {
    expect(candidateNames("echo.shop", pod)).toEqual([
      "echo.shop.shop.svc.cluster.local",
      "echo.shop.svc.cluster.local",
      "echo.shop.cluster.local",
      "echo.shop",
    ]);
  });

  it("begin with the name itself from ndots dots on", () => {
    expect(candidateNames("a.b.c.d.e.f", { ...pod, search: ["x"] })).toEqual(["a.b.c.d.e.f", "a.b.c.d.e.f.x"]);
  });

  it("are one when the name ends in a dot", () => {
    expect(candidateNames("echo.", pod)).toEqual(["echo"]);
  });
});

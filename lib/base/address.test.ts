import { describe, expect, it } from "vitest";
import {
  addressAt,
  cidrContains,
  cidrsOverlap,
  formatAddress,
  formatCidr,
  parseAddress,
  parseAddressRange,
  parseCidr,
  rangeHolds,
  subnetAt,
} from "./address.ts";
import { familyOf } from "./family.ts";

const cidr = (text: string) => parseCidr(text) ?? expect.unreachable(`${text} is a range`);

describe("parseCidr", () => {
  it("reads a range and writes it back", () => {
    expect(formatCidr(cidr("172.19.0.0/16"))).toBe("172.19.0.0/16");
    expect(formatCidr(cidr("0.0.0.0/0"))).toBe("0.0.0.0/0");
    expect(formatCidr(cidr("255.255.255.255/32"))).toBe("255.255.255.255/32");
    expect(formatCidr(cidr("FD00:10:0:0::/56"))).toBe("fd00:10::/56");
    expect(formatCidr(cidr("::/0"))).toBe("::/0");
  });

  it.each([
    "",
    "10.0.0.0",
    "10.0.0.1/16",
    "10.0.0.0/33",
    "10.0.0/8",
    "010.0.0.0/8",
    "10.0.0.256/32",
    "a/8",
    "fd00::1/8",
    "fd00::/129",
    "fd00:::/64",
    "fe80::%eth0/64",
  ])("takes no %j", (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });
});

describe("parseAddressRange", () => {
  it.each([
    ["10.0.0.1-10.0.1.9", "10.0.0.1", "10.0.1.9"],
    ["10.0.0.7 - 10.0.0.7", "10.0.0.7", "10.0.0.7"],
    ["10.0.0.16/28", "10.0.0.16", "10.0.0.31"],
    ["fd00::1-fd00::1:9", "fd00::1", "fd00::1:9"],
    ["fd00::/120", "fd00::", "fd00::ff"],
  ])("reads %s", (text, first, last) => {
    const range = parseAddressRange(text);
    expect([range?.first, range?.last].map((end) => formatAddress(end ?? 0n, familyOf(text)))).toEqual([first, last]);
  });

  it.each(["", "10.0.0.1", "10.0.0.9-10.0.0.1", "10.0.0.1-10.0.0.2-10.0.0.3", "10.0.0.1-9", "10.0.0.1-fd00::2"])(
    "takes no %j",
    (text) => {
      expect(parseAddressRange(text)).toBeUndefined();
    },
  );
});

describe("parts of a range", () => {
  it("counts addresses from the first", () => {
    expect(addressAt(cidr("10.1.0.0/16"), 10)).toBe("10.1.0.10");
    expect(addressAt(cidr("192.168.255.0/24"), 255)).toBe("192.168.255.255");
    expect(() => addressAt(cidr("10.1.0.0/24"), 256)).toThrow(RangeError);
  });

  it("cuts smaller ranges", () => {
    expect(formatCidr(subnetAt(cidr("10.2.0.0/16"), 24, 3))).toBe("10.2.3.0/24");
    expect(() => subnetAt(cidr("10.2.0.0/16"), 24, 256)).toThrow("10.2.0.0/16 has no /24 number 256");
    expect(() => subnetAt(cidr("10.2.0.0/16"), 8, 0)).toThrow(RangeError);
  });

  it("compares ranges", () => {
    expect(cidrsOverlap(cidr("10.0.0.0/8"), cidr("10.2.0.0/16"))).toBe(true);
    expect(cidrsOverlap(cidr("10.0.0.0/16"), cidr("10.1.0.0/16"))).toBe(false);
    expect(cidrContains(cidr("10.0.0.0/8"), cidr("10.2.0.0/16"))).toBe(true);
    expect(cidrContains(cidr("10.2.0.0/16"), cidr("10.0.0.0/8"))).toBe(false);
  });

  it("does not mix families", () => {
    expect(cidrsOverlap(cidr("0.0.0.0/0"), cidr("::/0"))).toBe(false);
    expect(cidrContains(cidr("::/0"), cidr("10.0.0.0/8"))).toBe(false);
    const range = { family: "IPv6", first: 0n, last: 2n ** 128n - 1n } as const;
    expect(parseAddressRange("::/0")).toEqual(range);
    expect([rangeHolds(range, "10.0.0.1"), rangeHolds(range, "fd00::1")]).toEqual([false, true]);
  });

  it("counts in IPv6, too", () => {
    expect(addressAt(cidr("fd00:11::/112"), 10)).toBe("fd00:11::a");
    expect(formatCidr(subnetAt(cidr("fd00:10::/56"), 64, 255))).toBe("fd00:10:0:ff::/64");
    expect(() => subnetAt(cidr("fd00:10::/56"), 64, 256)).toThrow("fd00:10::/56 has no /64 number 256");
  });
});

describe("an address", () => {
  it("is a number", () => {
    expect(parseAddress("255.0.0.1")).toBe(4278190081n);
    expect(parseAddress("::1")).toBe(1n);
    expect(parseAddress("::ffff:10.0.0.1")).toBe(0xffff0a000001n);
  });

  it.each([
    "::",
    "::1",
    "fd00::",
    "fd00::1",
    "1:2:3:4:5:6:7:8",
    "1:0:3:4:5:6:7:8",
    "1::4:5:0:0:8",
    "1:0:0:4::8",
    "10:0:ff::",
    "fe80::a00:1",
  ])("is written in the canonical form %s", (text) => {
    expect(formatAddress(parseAddress(text) ?? -1n, "IPv6")).toBe(text);
  });
});

import { expect, test } from "vitest";
import { fragmentsOfSnmp, fragmentsOfSnmp6, readFragments } from "./fragments.ts";

const snmp = `Ip: Forwarding DefaultTTL ReasmReqds ReasmOKs FragOKs FragFails FragCreates
Ip: 1 64 12 3 4 2 8
Udp: InDatagrams NoPorts
Udp: 1 2
`;

test("fragments are read by the names of the columns", () => {
  expect(fragmentsOfSnmp(snmp)).toEqual({ made: 10, received: 12 });
  expect(fragmentsOfSnmp6("Ip6ReasmReqds  \t5\nIp6FragFails \t1\nIp6FragCreates  \t7\n")).toEqual({
    made: 8,
    received: 5,
  });
});

test("a kernel that does not tell is not taken for one that fragments nothing", () => {
  expect(fragmentsOfSnmp("")).toBeUndefined();
  expect(fragmentsOfSnmp(snmp.replace("FragCreates", "Other"))).toBeUndefined();
  expect(fragmentsOfSnmp6("Ip6ReasmReqds 5\n")).toBeUndefined();
});

test("this kernel tells", () => {
  expect(readFragments("IPv4")).toEqual({ made: expect.any(Number), received: expect.any(Number) });
});

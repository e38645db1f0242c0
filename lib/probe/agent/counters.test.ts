import { expect, it } from "vitest";
import { fromSnmp, fromSnmp6 } from "./counters.ts";

const snmp = `Ip: Forwarding DefaultTTL
Ip: 1 64
Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors
Udp: 1000 2 17 999 15 0 0
UdpLite: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors
UdpLite: 0 0 0 0 99
`;

it("receive buffer errors are read by their name", () => {
  expect(fromSnmp(snmp)).toBe(15);
  expect(
    fromSnmp6("Udp6InErrors                    \t7\nUdp6RcvbufErrors                \t4\nUdpLite6RcvbufErrors\t99\n"),
  ).toBe(4);
});

it("they are 0 where they cannot be read", () => {
  for (const text of ["", "Udp: InDatagrams\nUdp: 4\n", "Udp:\n"]) {
    expect(fromSnmp(text)).toBe(0);
    expect(fromSnmp6(text)).toBe(0);
  }
});

import { expect, it } from "vitest";
import { dropsAt, fromSnmp, fromSnmp6 } from "./counters.ts";

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

const sockets = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  123: 00000000:1F92 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 41 2 0000000000000000 17
  456: 0100007F:1F92 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 42 2 0000000000000000 3
  789: 00000000:1F93 0A000001:1F92 01 00000000:00000000 00:00000000 00000000  1000        0 43 2 0000000000000000 99
`;

it("drops are those of sockets at the port itself", () => {
  expect(dropsAt(8082, sockets)).toBe(20);
  expect(dropsAt(8080, sockets)).toBe(0);
  expect(dropsAt(8080, "")).toBe(0);
});

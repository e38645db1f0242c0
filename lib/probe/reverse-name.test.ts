import { expect, it } from "vitest";
import { reverseName } from "./reverse-name.ts";

const zeros = (count: number) => "0.".repeat(count);

it.each([
  ["10.244.1.7", "7.1.244.10.in-addr.arpa"],
  ["::1", `1.${zeros(31)}ip6.arpa`],
  ["fd00::", `${zeros(30)}d.f.ip6.arpa`],
  ["2001:db8:0:1:2:3:4:5", "5.0.0.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"],
  ["::ffff:10.0.0.1", `1.0.0.0.0.0.a.0.f.f.f.f.${zeros(20)}ip6.arpa`],
  ["fe80::1%eth0", `1.${zeros(28)}8.e.f.ip6.arpa`],
  ["echo.shop.svc", "echo.shop.svc"],
])("%s is named by %s", (address, name) => {
  expect(reverseName(address)).toBe(name);
});

type Sysctls = Record<string, number | "">;

/**
 * Settings of IPv6 for a namespace and its one link: addresses serve at once, without asking whether a neighbour has them; nobody tells
 * about routers; and every refused datagram is answered, for the reason named at the nodes' sysctls.
 */
export function linkSysctls(link: string): Sysctls {
  const each = (name: string, value: number): Sysctls =>
    Object.fromEntries(["all", "default", link].map((one) => [`ipv6/conf/${one}/${name}`, value]));
  return {
    "ipv6/icmp/ratemask": "",
    ...each("disable_ipv6", 0),
    ...each("accept_dad", 0),
    ...each("accept_ra", 0),
    ...each("accept_redirects", 0),
  };
}

/** Settings of IPv6 for a namespace that passes packets on and may answer for addresses that it does not have. */
export function routerSysctls(link: string): Sysctls {
  return { ...linkSysctls(link), "ipv6/conf/all/forwarding": 1, [`ipv6/conf/${link}/proxy_ndp`]: 1 };
}

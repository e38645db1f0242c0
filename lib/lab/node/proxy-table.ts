import type { AddressFamily, FamilyView } from "./address-family.ts";

/** Names the table that holds all of a node's Service rules of one family, as the real kube-proxy calls it. */
export function proxyTable({ keyword }: AddressFamily): string {
  return `${keyword} kube-proxy`;
}

/** Set on packets whose source becomes the node's. */
export const masqueradeMark = "0x4000";

/** The sets and maps of the table whose elements come and go with Services. */
export const elementHolders = [
  "cluster-ips",
  "service-ips",
  "service-nodeports",
  "no-endpoint-services",
  "no-endpoint-nodeports",
  "firewall-ips",
  "udp-bindings",
  "udp-nodeport-bindings",
] as const;

export type ElementHolder = (typeof elementHolders)[number];

/**
 * Writes the part of the table that is the same whatever Services there are. Applied to a namespace that has such a table, it
 * replaces it whole.
 *
 * A datagram flow keeps the endpoint that its first packet was given, even when that endpoint is gone. The kernel's memory of a flow cannot be
 * deleted by rules, so a flow found bound to an endpoint that its Service has no more loses that packet and is tracked in a zone of its own from
 * then on, where it is bound anew.
 *
 * @see https://kubernetes.io/docs/reference/networking/virtual-ips/#proxy-mode-nftables
 */
export function proxyTableBase({ family, cluster: { serviceCidr }, node: { address } }: FamilyView): string {
  const table = proxyTable(family);
  const { keyword: ip, addressType } = family;
  const flow = `${ip} saddr . udp sport . ${ip} daddr . udp dport`;
  const boundFlow = `${ip} saddr . udp sport . ct original ${ip} daddr . ct original proto-dst`;
  const ownFlow = "meta l4proto udp ct status dnat ct direction original";
  return `table ${table} { }
delete table ${table}
table ${table} {
  set cluster-ips { type ${addressType}; }
  map service-ips { type ${addressType} . inet_proto . inet_service : verdict; }
  map service-nodeports { type inet_proto . inet_service : verdict; }
  map no-endpoint-services { type ${addressType} . inet_proto . inet_service : verdict; }
  map no-endpoint-nodeports { type inet_proto . inet_service : verdict; }
  map firewall-ips { type ${addressType} . inet_proto . inet_service : verdict; }
  set udp-bindings { type ${addressType} . inet_service . ${addressType} . inet_service; }
  set udp-nodeport-bindings { type inet_service . ${addressType} . inet_service; }
  set stale-flows { type ${addressType} . inet_service . ${addressType} . inet_service; flags dynamic,timeout; timeout 3m; }

  chain reject-chain {
    meta l4proto tcp reject with tcp reset
    reject
  }
  chain drop-chain {
    drop
  }
  chain mark-for-masquerade {
    meta mark set meta mark or ${masqueradeMark}
  }
  chain services {
    ${ip} daddr . meta l4proto . th dport vmap @service-ips
    ${ip} daddr ${address} meta l4proto . th dport vmap @service-nodeports
  }
  chain firewall-check {
    ${ip} daddr . meta l4proto . th dport vmap @firewall-ips
  }
  chain service-endpoints-check {
    ${ip} daddr . meta l4proto . th dport vmap @no-endpoint-services
  }
  chain nodeport-endpoints-check {
    ${ip} daddr ${address} meta l4proto . th dport vmap @no-endpoint-nodeports
  }
  chain cluster-ips-check {
    ${ip} daddr @cluster-ips goto reject-chain
    ${ip} daddr ${serviceCidr} drop
  }
  chain rebind-flow {
    ct original zone 0 update @stale-flows { ${boundFlow} }
    ct original zone 1 delete @stale-flows { ${boundFlow} }
    drop
  }
  chain udp-bindings-check {
    ${ownFlow} ct original ${ip} daddr ${address} ct original proto-dst . ${ip} daddr . udp dport != @udp-nodeport-bindings goto rebind-flow
    ${ownFlow} ct original ${ip} daddr != ${address} ct original ${ip} daddr . ct original proto-dst . ${ip} daddr . udp dport != @udp-bindings goto rebind-flow
  }

  chain raw-prerouting {
    type filter hook prerouting priority raw; policy accept
    meta l4proto udp ${flow} @stale-flows ct original zone set 1
  }
  chain raw-output {
    type filter hook output priority raw; policy accept
    meta l4proto udp ${flow} @stale-flows ct original zone set 1
  }
  chain filter-prerouting-pre-dnat {
    type filter hook prerouting priority -110; policy accept
    ct state new jump firewall-check
  }
  chain filter-output-pre-dnat {
    type filter hook output priority -110; policy accept
    ct state new jump firewall-check
  }
  chain filter-input {
    type filter hook input priority -110; policy accept
    jump udp-bindings-check
    ct state new jump nodeport-endpoints-check
    ct state new jump service-endpoints-check
  }
  chain filter-forward {
    type filter hook forward priority -110; policy accept
    jump udp-bindings-check
    ct state new jump service-endpoints-check
    ct state new jump cluster-ips-check
  }
  chain filter-output {
    type filter hook output priority -90; policy accept
    jump udp-bindings-check
    ct state new jump service-endpoints-check
    ct state new jump cluster-ips-check
  }
  chain nat-prerouting {
    type nat hook prerouting priority dstnat; policy accept
    jump services
  }
  chain nat-output {
    type nat hook output priority -100; policy accept
    jump services
  }
  chain nat-postrouting {
    type nat hook postrouting priority srcnat; policy accept
    meta mark and ${masqueradeMark} == 0 return
    meta mark set meta mark xor ${masqueradeMark}
    masquerade
  }
}
`;
}

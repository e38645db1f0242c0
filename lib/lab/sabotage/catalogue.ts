import { dnsFaults } from "./dns-faults.ts";
import type { Fault } from "./fault.ts";
import { loadBalancerFaults } from "./load-balancer-faults.ts";
import { networkFaults } from "./network/network-faults.ts";
import { serviceFaults } from "./service-faults.ts";

/** All faults, in the order of the layers that they break. */
export const faults: Fault[] = [...networkFaults, ...serviceFaults, ...dnsFaults, ...loadBalancerFaults];

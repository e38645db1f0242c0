import { brokenFaults } from "./broken-faults.ts";
import { dnsFaults } from "./dns-faults.ts";
import type { Fault } from "./fault.ts";
import { ingressFaults } from "./ingress-faults.ts";
import { loadBalancerFaults } from "./load-balancer-faults.ts";
import { machineryFaults } from "./machinery-faults.ts";
import { meshFaults } from "./mesh-faults.ts";
import { networkFaults } from "./network/network-faults.ts";
import { policyFaults } from "./policy-faults.ts";
import { serviceFaults } from "./service-faults.ts";

/** All faults, in the order of the layers that they break. */
export const faults: Fault[] = [
  ...networkFaults,
  ...policyFaults,
  ...machineryFaults,
  ...serviceFaults,
  ...dnsFaults,
  ...loadBalancerFaults,
  ...ingressFaults,
  ...meshFaults,
  ...brokenFaults,
];

import type { Fault } from "./fault.ts";
import { ingressFaults } from "./ingress-faults.ts";
import { machineryFaults } from "./machinery-faults.ts";
import { meshFaults } from "./mesh-faults.ts";
import { networkFaults } from "./network/network-faults.ts";
import { policyFaults } from "./policy-faults.ts";

/** All faults, in the order of the layers that they break. */
export const faults: Fault[] = [...networkFaults, ...policyFaults, ...machineryFaults, ...ingressFaults, ...meshFaults];

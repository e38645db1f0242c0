import type { Fault } from "./fault.ts";
import { networkFaults } from "./network/network-faults.ts";

/** All faults, in the order of the layers that they break. */
export const faults: Fault[] = [...networkFaults];

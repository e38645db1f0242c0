import type { Fault } from "../fault.ts";
import { addressFaults } from "./address-faults.ts";
import { clusterLinkFaults } from "./cluster-link-faults.ts";
import { delayFault } from "./delay-fault.ts";
import { doorFaults } from "./door-faults.ts";
import { hostFaults } from "./host-faults.ts";
import { linkFaults } from "./link-faults.ts";
import { nameServerFaults } from "./name-server-faults.ts";
import { nodeFaults } from "./node-faults.ts";
import { sourceFaults } from "./source-faults.ts";

/** Faults of nodes, of what lies between them, and of the ways in. */
export const networkFaults: Fault[] = [
  ...linkFaults,
  ...nodeFaults,
  ...clusterLinkFaults,
  delayFault,
  ...addressFaults,
  ...sourceFaults,
  ...nameServerFaults,
  ...doorFaults,
  ...hostFaults,
];

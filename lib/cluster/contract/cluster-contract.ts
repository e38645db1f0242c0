import { afterAll, beforeAll, describe } from "vitest";
import { admissionContract } from "./admission.ts";
import { applyContract } from "./apply.ts";
import { dualStackContract } from "./dual-stack.ts";
import { execContract } from "./exec.ts";
import { forwardContract } from "./forward.ts";
import { identityContract } from "./identity.ts";
import { listContract } from "./list.ts";
import { logContract } from "./log.ts";
import { namespaceContract } from "./namespace.ts";
import { networkPolicyContract } from "./network-policy.ts";
import { patchContract } from "./patch.ts";
import { podContract } from "./pod.ts";
import { podTroubleContract } from "./pod-trouble.ts";
import { portsContract } from "./ports.ts";
import { createRooms } from "./room.ts";
import type { Room, Rooms } from "./room.ts";
import { serviceContract } from "./service.ts";
import { statusContract } from "./status.ts";
import { watchContract } from "./watch.ts";
import { wayInContract } from "./way-in.ts";
import type { Wire } from "./wire.ts";
import { workloadContract } from "./workload.ts";
import { writeContract } from "./write.ts";

/**
 * Declares what every Kubernetes API server does that meshgate stands on, the lab's as well as a real one.
 *
 * Everything happens in namespaces of its own, which are removed in the end. The identity behind `reach` is a cluster
 * administrator.
 */
export function clusterContract(name: string, reach: () => Promise<Wire>): void {
  describe.concurrent(`cluster ${name}`, () => {
    let wire: Wire | undefined;
    let rooms: Rooms | undefined;
    let room: Room | undefined;
    beforeAll(async () => {
      wire = await reach();
      rooms = createRooms(wire);
      room = await rooms.open();
    });
    afterAll(async () => {
      await rooms?.removeAll();
      wire?.close();
    }, 150_000);
    const inRoom = (): Room => {
      if (!room) throw new Error("the contract's namespace was not opened");
      return room;
    };
    for (const part of parts) part(inRoom);
  });
}

const parts: ((room: () => Room) => void)[] = [
  identityContract,
  listContract,
  watchContract,
  writeContract,
  patchContract,
  applyContract,
  statusContract,
  namespaceContract,
  admissionContract,
  workloadContract,
  serviceContract,
  wayInContract,
  dualStackContract,
  networkPolicyContract,
  portsContract,
  podContract,
  podTroubleContract,
  execContract,
  forwardContract,
  logContract,
];

import { afterAll, beforeAll, describe } from "vitest";
import { meshExportsContract } from "./mesh-exports.ts";
import { openPlaces } from "./mesh-place.ts";
import type { MeshPlace, Site } from "./mesh-place.ts";
import { meshServicesContract } from "./mesh-services.ts";
import { createRooms, roomName } from "./room.ts";
import type { Wire } from "./wire.ts";

/**
 * Declares what clusters do that share their Services. Where they do not, every row is skipped with that reason.
 *
 * Everything happens in a namespace of the same name in each of them, which is removed in the end. The identities behind `reach` are cluster
 * administrators.
 */
export function meshContract(reach: readonly (() => Promise<Wire>)[]): void {
  describe.concurrent("clusters of one mesh", { timeout: 120_000 }, () => {
    let sites: Site[] = [];
    let places: MeshPlace[] = [];
    beforeAll(async () => {
      sites = await Promise.all(
        reach.map(async (open) => {
          const wire = await open();
          return { wire, rooms: createRooms(wire) };
        }),
      );
      places = await openPlaces(sites, roomName());
    });
    afterAll(async () => {
      await Promise.all(sites.map(({ rooms }) => rooms.removeAll()));
      for (const { wire } of sites) wire.close();
    }, 150_000);
    meshServicesContract(() => places);
    meshExportsContract(() => places);
  });
}

import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Volume } from "../pod/pod-spec.ts";
import { writeAtomically } from "./atomic-directory.ts";
import { VolumeError, volumeFiles, type VolumeSource } from "./volume-files.ts";

/** A volume that could not be set up. */
export interface FailedVolume {
  volume: string;
  message: string;
}

/**
 * Brings all volumes of a pod to what they should show now, each in its own folder of `directory`. Returns those that could not be
 * set up; what they showed before stays.
 */
export function refreshVolumes(directory: string, volumes: Volume[], source: VolumeSource): FailedVolume[] {
  return volumes.flatMap((volume) => {
    try {
      refresh(join(directory, volume.name), volumeFiles(volume, source));
      return [];
    } catch (error) {
      if (!(error instanceof VolumeError)) throw error;
      return [{ volume: volume.name, message: error.message }];
    }
  });
}

function refresh(directory: string, files: ReturnType<typeof volumeFiles>): void {
  if (files) {
    writeAtomically(directory, files);
    return;
  }
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o777);
}

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type BaseImage, prepareBaseImage } from "./base-image.ts";
import { runProgram } from "./run-program.ts";

/** Where one node keeps its image and its pods: in memory, seen only in the lab's mount namespace. */
export interface Workspace {
  image: BaseImage;
  /** A folder for one pod; it need not exist. */
  podFolder(uid: string): string;
  /** Takes all of it away. Containers must have ended. */
  close(): Promise<void>;
}

/** Opens the workspace of a node in `directory`, which is made if need be. Rejects when something cannot be mounted. */
export async function openWorkspace(directory: string): Promise<Workspace> {
  mkdirSync(directory, { recursive: true });
  await runProgram("mount", ["-t", "tmpfs", "-o", "mode=755", "tmpfs", directory]);
  const close = async (): Promise<void> => {
    await runProgram("umount", ["--lazy", directory]);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const image = await prepareBaseImage(join(directory, "image"));
    return { image, podFolder: (uid) => join(directory, "pods", uid), close };
  } catch (error) {
    await close();
    throw error;
  }
}

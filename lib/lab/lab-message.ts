import type { DiagnosticKind } from "../base/diagnostic.ts";
import type { LabHandle } from "./lab-handle.ts";

/** What a lab's process tells the one that started it: one JSON object on a line of its stdout. */
export type LabMessage =
  /** A step that begins now. */
  | { step: string }
  | { ready: { kubeconfigFile: string; contexts: string[]; handle: LabHandle } }
  /** The last line: the process ends. */
  | { failed: { kind: DiagnosticKind; message: string; cure: string } };

/** What the starter writes to a lab's stdin for it to outlive that stdin. */
export const stayWord = "stay";

/** The files of a lab's state directory. */
export const labFiles = { kubeconfig: "kubeconfig", log: "lab.log", compileCache: "compile-cache" } as const;

import type { RecordEvent } from "./event-recorder.ts";
import type { Log } from "./reconcile-queue.ts";

/** What every controller is started with besides the store. */
export interface ControllerContext {
  log: Log;
  record: RecordEvent;
}

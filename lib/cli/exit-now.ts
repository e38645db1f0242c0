import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Ends this process with a code, whatever a library still holds open.
 *
 * Node joins V8's compiler threads when it exits, and one of them that waits for a garbage collection by this thread then waits for
 * ever. A collection beforehand serves those that wait and gives the others room enough not to ask for one.
 * @see https://github.com/nodejs/node/issues/54918
 */
export function exitNow(code: number): never {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  process.exit(code);
}

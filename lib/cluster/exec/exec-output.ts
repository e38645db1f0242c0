import { StringDecoder } from "node:string_decoder";

/** One output channel of a command: bytes go in, text comes out. */
export interface ExecOutput {
  /** Tells whether all listeners took the text without throwing. */
  push(bytes: Buffer): boolean;
  end(): void;
  /** The first listener also gets what came before it. */
  listen(listener: (chunk: string) => void): void;
}

/** Creates a channel that decodes UTF-8 across the borders of chunks and keeps text until somebody listens. */
export function createExecOutput(): ExecOutput {
  const decoder = new StringDecoder("utf8");
  const listeners: ((chunk: string) => void)[] = [];
  let kept = "";
  const deliver = (text: string): boolean => {
    if (text === "") return true;
    if (listeners.length === 0) kept += text;
    return listeners.every((listener) => took(listener, text));
  };
  return {
    push: (bytes) => deliver(decoder.write(bytes)),
    end: () => {
      deliver(decoder.end());
    },
    listen: (listener) => {
      listeners.push(listener);
      const early = kept;
      kept = "";
      if (early !== "") listener(early);
    },
  };
}

/** A listener is called from a socket's event: what it throws would end the process. */
function took(listener: (chunk: string) => void, text: string): boolean {
  try {
    listener(text);
    return true;
  } catch {
    return false;
  }
}

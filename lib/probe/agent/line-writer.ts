import type { Writable } from "node:stream";

export interface LineWriter {
  write(message: object): void;
  /** False while the other side does not read. */
  ready(): boolean;
}

/** Writes messages as lines, those of one turn of the event loop together. `onReady` is called when the other side reads again. */
export function createLineWriter(output: Writable, onReady: () => void): LineWriter {
  let gathered = "";
  let full = false;
  output.on("drain", () => {
    full = false;
    onReady();
  });
  const flush = () => {
    const text = gathered;
    gathered = "";
    full = !output.write(text);
  };
  return {
    write: (message) => {
      if (gathered === "") setImmediate(flush);
      gathered += `${JSON.stringify(message)}\n`;
    },
    ready: () => !full,
  };
}

/** Makes a function that takes text in chunks and hands over each complete line, without its end. */
export function splitLines(onLine: (line: string) => void): (chunk: string) => void {
  let rest: string[] = [];
  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", start)) {
      const line = rest.join("") + chunk.slice(start, end);
      rest = [];
      start = end + 1;
      onLine(line);
    }
    if (start < chunk.length) rest.push(chunk.slice(start));
  };
}

/** Parses a line of the protocol: an object with a type. Undefined for anything else. */
export function parseMessage(line: string): { type: string } | undefined {
  try {
    const message: unknown = JSON.parse(line);
    const typed =
      typeof message === "object" && message !== null && "type" in message && typeof message.type === "string";
    return typed ? (message as { type: string }) : undefined;
  } catch {
    return undefined;
  }
}

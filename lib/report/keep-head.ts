const remark = "and more: see results.json";

/** Keeps the beginning of a text that has more bytes than that, in whole lines, and says so in the last one. */
export function keepHead(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let room = bytes - remark.length;
  const kept = text.split("\n").filter((line) => (room -= Buffer.byteLength(line) + 1) >= 0);
  return [...kept, remark].join("\n");
}

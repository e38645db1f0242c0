/** Makes a name for a file out of a text, of characters that every file system takes; at most 120 of them. Different texts may come out equal. */
export function fileName(text: string): string {
  const plain = text.replaceAll(/[^\w.-]+/g, "-").replaceAll(/^[-.]+|[-.]+$/g, "");
  return plain.slice(0, 120) || "unnamed";
}

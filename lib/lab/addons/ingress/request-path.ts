/**
 * Gives the path by which a request is routed: without query, percent-decoded, with empty and dot segments resolved.
 *
 * The result holds one character per byte, as HTTP has it. Undefined when the target is malformed or leads above the root. What is sent on is the
 * target as it came.
 *
 * @see https://nginx.org/en/docs/http/ngx_http_core_module.html#location
 */
export function requestPath(target: string): string | undefined {
  const [raw = ""] = target.split(/[?#]/);
  if (!raw.startsWith("/") || /%(?![0-9A-Fa-f]{2})|%00/.test(raw)) return undefined;
  const path = raw.replace(/%([0-9A-Fa-f]{2})/g, (_escape, code: string) => String.fromCharCode(parseInt(code, 16)));
  const segments: string[] = [];
  const parts = path.split("/").slice(1);
  for (const part of parts) {
    if (part === "..") {
      if (segments.length === 0) return undefined;
      segments.pop();
    } else if (part !== "" && part !== ".") segments.push(part);
  }
  const endsOpen = ["", ".", ".."].includes(parts.at(-1) ?? "");
  return segments.length === 0 ? "/" : `/${segments.join("/")}${endsOpen ? "/" : ""}`;
}

/** Writes a path of a manifest as `requestPath` gives it: one character per byte. */
export function pathBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

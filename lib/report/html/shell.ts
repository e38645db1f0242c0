import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { printable } from "../../base/printable.ts";

/** What goes into a page. */
export interface PageParts {
  /** Plain text. */
  title: string;
  /** HTML, in which all text is escaped already; it holds one `h1`, and one element with the id `content`. */
  body: string;
  /** CSS on top of the look that all pages have. */
  styles?: string;
  /** A classic script, run once the body is there; it may import nothing. */
  script?: string;
  /** What the script finds as JSON in the element with the id `data`. */
  data?: unknown;
}

const look = readFileSync(new URL("shell.css", import.meta.url), "utf8");

/**
 * Makes a self-contained page with the look of all pages: light and dark by the system's setting or a choice on the page, readable
 * on paper, with a link that skips to `#content`. Opens from disk and needs no network: its content security policy allows nothing but the
 * styles and the script that are in it, by their hash. Attributes `style` and `on…` therefore have no effect.
 *
 * @see https://www.w3.org/TR/CSP3/
 */
export function htmlPage({ title, body, styles = "", script, data }: PageParts): string {
  const safeScript = script?.replaceAll("</script", String.raw`<\/script`);
  const allStyles = `${look}${styles}`;
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(allStyles)}'`,
    `script-src ${safeScript === undefined ? "'none'" : `'${hashOf(safeScript)}'`}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${allStyles}</style>
</head>
<body>
<a class="skip-link" href="#content">Skip to the content</a>
<aside class="theme" aria-label="Look of this page"><label>Theme <select><option value="system" selected>as the system</option><option value="light">light</option><option value="dark">dark</option></select></label></aside>
${body}
${data === undefined ? "" : `<script type="application/json" id="data">${jsonInHtml(data)}</script>\n`}${
    safeScript === undefined ? "" : `<script>${safeScript}</script>\n`
  }</body>
</html>
`;
}

/** Escapes text for HTML, in elements and in quoted attributes; characters that cannot be seen become a visible notation. */
export function escapeHtml(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** Writes JSON so that nothing in it ends the script element that it stands in, or begins a comment there. */
function jsonInHtml(data: unknown): string {
  return JSON.stringify(data).replaceAll("<", String.raw`\u003c`);
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

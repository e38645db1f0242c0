/** The measuring script that Allure puts into each report, whatever its options say. */
const measuring =
  /<script async src="https:\/\/www\.googletagmanager\.com[^>]*><\/script>\s*<script>[^<]*gtag\([\s\S]*?<\/script>\s*/;

/** Lets the page load nothing but what it holds itself; links to other pages work. */
const policy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' data: blob:",
  "style-src 'unsafe-inline' data: blob:",
  ...["img-src", "font-src", "media-src", "connect-src", "frame-src", "worker-src"].map(
    (kind) => `${kind} data: blob:`,
  ),
  "form-action 'none'",
].join("; ");

/**
 * Makes a page of Allure, which is one file, ask nothing of any server: takes the measuring script out, and has the browser refuse all
 * that the page does not hold itself. Undefined when it still names something to load from elsewhere.
 */
export function offlinePage(html: string): string | undefined {
  const silent = html.replace(measuring, "");
  if (/<(?:script|link|img|iframe)\b[^>]*\s(?:src|href)="?(?:https?:)?\/\/|googletagmanager|gtag\(/i.test(silent))
    return undefined;
  const head = '<meta charset="utf-8">';
  if (!silent.includes(head)) return undefined;
  return silent.replace(head, () => `${head}\n    <meta http-equiv="Content-Security-Policy" content="${policy}">`);
}

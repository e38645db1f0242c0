import type { ServerResponse } from "node:http";

const titles = {
  200: "OK",
  308: "Permanent Redirect",
  400: "Bad Request",
  404: "Not Found",
  502: "Bad Gateway",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
};

export type PageStatus = keyof typeof titles;

/** Answers with one of the controller's own pages, as NGINX writes them. Does nothing when an answer has begun. */
export function sendPage(response: ServerResponse, status: PageStatus, headers: Record<string, string> = {}): void {
  if (response.headersSent || response.destroyed) return;
  const title = `${status} ${titles[status]}`;
  const lines = [
    "<html>",
    `<head><title>${title}</title></head>`,
    "<body>",
    `<center><h1>${title}</h1></center>`,
    "<hr><center>nginx</center>",
    "</body>",
    "</html>",
  ];
  const body = lines.map((line) => `${line}\r\n`).join("");
  const own = { "Content-Type": "text/html", "Content-Length": String(body.length) };
  response.writeHead(status, titles[status], { ...own, ...headers });
  response.end(body);
}

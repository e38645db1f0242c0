import { expect, test } from "vitest";
import { offlinePage } from "./offline-page.ts";

const page = (body: string) => `<!DOCTYPE html>
<html>
<head>
    <meta charset="utf-8">
</head>
<body>${body}</body>
</html>
`;
const measuring = `
    <script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>
    <script>
        window.dataLayer = window.dataLayer || [];
        function gtag(){dataLayer.push(arguments);}
        gtag('config', 'G-1', { "report": "awesome" });
    </script>
    `;
const own = `<script src="data:text/javascript;base64,QQ=="></script><a href="https://kubernetes.io/">specification</a>`;

test("the measuring script is gone, the rest stays, and the browser refuses what is not in the page", () => {
  expect(offlinePage(page(`${measuring}${own}`))).toMatchInlineSnapshot(`
    "<!DOCTYPE html>
    <html>
    <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' data: blob:; style-src 'unsafe-inline' data: blob:; img-src data: blob:; font-src data: blob:; media-src data: blob:; connect-src data: blob:; frame-src data: blob:; worker-src data: blob:; form-action 'none'">
    </head>
    <body>
        <script src="data:text/javascript;base64,QQ=="></script><a href="https://kubernetes.io/">specification</a></body>
    </html>
    "
  `);
  expect(offlinePage(page(own))).toBe(offlinePage(page(`${measuring}${own}`))?.replace("<body>\n    ", "<body>"));
});

test.each([
  ["another script", '<script src="https://a.example/b.js"></script>'],
  ["a style sheet", '<link rel="stylesheet" href="//a.example/b.css">'],
  ["an image", "<img alt='' src=http://a.example/b.png>"],
  ["a measuring script that is written otherwise", "<script>gtag('config')</script>"],
  ["the same script loaded by another", "<script>load('https://www.googletagmanager.com/x')</script>"],
])("a page with %s from elsewhere is refused", (_, body) => {
  expect(offlinePage(page(body))).toBeUndefined();
});

test("a page of which it cannot be said what it may load is refused", () => {
  expect(offlinePage("<html><head></head></html>")).toBeUndefined();
});

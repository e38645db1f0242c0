import { expect, test } from "vitest";
import { escapeHtml, htmlPage } from "./shell.ts";

test("a page allows nothing but its own styles and its own script", () => {
  const page = htmlPage({ title: "A & B", body: "<main id=content><h1>A</h1></main>", script: "void 0" });
  expect(/<meta http-equiv="Content-Security-Policy" content="(.*)">/.exec(page)?.[1]).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; script-src 'sha256-[\w+/]{43}='; img-src data:; base-uri 'none'; form-action 'none'$/,
  );
  expect(page).toContain("<title>A &amp; B</title>");
  expect(page).not.toMatch(/(?:src|href)="(?!data:|#)/);
});

test("a page without a script allows none", () => {
  expect(htmlPage({ title: "A", body: "" })).toContain("script-src 'none'");
});

test("data cannot leave their element", () => {
  const hostile = { text: "</script><script>alert(1)</script><!--" };
  const page = htmlPage({ title: "A", body: "", data: hostile });
  const inside = /<script type="application\/json" id="data">(.*?)<\/script>/.exec(page)?.[1] ?? "";
  expect(inside).not.toContain("<");
  expect(JSON.parse(inside)).toEqual(hostile);
});

test("text is escaped, and what cannot be seen becomes visible", () => {
  expect(escapeHtml(`<img src=x onerror="alert('1')"> & \u001b[2J`)).toBe(
    String.raw`&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; \x1b[2J`,
  );
});

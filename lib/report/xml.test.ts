import { expect, test } from "vitest";
import { element, renderXml } from "./xml.ts";

test("attributes and text keep what XML would change, and show what it cannot hold", () => {
  const hostile = "a<b>&\"'\n\t\r\u0000\u001b]]>\ufffe\ud800🙂";
  expect(renderXml(element("x", { y: hostile }, [hostile]))).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      String.raw`<x y="a&lt;b&gt;&amp;&quot;'&#10;&#9;\x0d\x00\x1b]]&gt;\u{fffe}�🙂">a&lt;b&gt;&amp;"'` +
      "\n\t" +
      String.raw`\x0d\x00\x1b]]&gt;\u{fffe}�🙂</x>` +
      "\n",
  );
});

test("elements are indented and an element without content is closed at once", () => {
  expect(renderXml(element("a", {}, [element("b", {}, ["text"]), element("c", { n: 1 })]))).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<a>\n  <b>text</b>\n  <c n="1"/>\n</a>\n',
  );
});

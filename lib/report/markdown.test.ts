import { expect, test } from "vitest";
import { markdownBlock, markdownCode, markdownFold, markdownText } from "./markdown.ts";

test.each([
  ["a|b", String.raw`a\|b`],
  [
    "<img src=x> & [a](b) *c* _d_ `e` ~f~ $g$ @h #1 !",
    String.raw`\<img src=x\> \& \[a\]\(b\) \*c\* \_d\_ \`e\` \~f\~ \$g\$ \@h \#1 \!`,
  ],
  ["1. one\n- two", String.raw`1\. one - two`],
  ["- two", String.raw`\- two`],
  ["see https://x.example and www.x.example", String.raw`see https\://x.example and www\.x.example`],
  ["\u001b[2J\u202e", String.raw`\\x1b\[2J` + "\u202e"],
])("text %j is shown as it is", (text, markdown) => {
  expect(markdownText(text)).toBe(markdown);
});

test.each([
  ["kind-a/worker", "`kind-a/worker`"],
  ["a`b|c", "``a`b|c``"],
  ["`", "`` ` ``"],
  ["", ""],
])("code %j is no end of itself", (text, markdown) => {
  expect(markdownCode(text)).toBe(markdown);
});

test("a block is no end of itself, and what folds is no HTML", () => {
  expect(markdownFold("a <b> & c\nd", markdownBlock("````\n</details>"))).toMatchInlineSnapshot(`
    "<details><summary>a &lt;b&gt; &amp; c d</summary>

    \`\`\`\`\`text
    \`\`\`\`
    </details>
    \`\`\`\`\`

    </details>"
  `);
});

test("a text that is very long is cut, between characters", () => {
  expect(markdownText("🜂".repeat(5000)).length).toBeLessThan(1010);
  expect(markdownText(`a${"🜂".repeat(5000)}`).isWellFormed()).toBe(true);
});

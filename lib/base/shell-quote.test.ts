import { expect, test } from "vitest";
import { shellQuote } from "./shell-quote.ts";

test.each([
  ["kubeadm@kubernetes", "kubeadm@kubernetes"],
  ["arn:aws:eks:eu-west-1:1:cluster/x", "arn:aws:eks:eu-west-1:1:cluster/x"],
  ["two words", "'two words'"],
  ["it's", `'it'\\''s'`],
  ["$(reboot)", "'$(reboot)'"],
  ["", "''"],
])("%s is written %s", (word, quoted) => {
  expect(shellQuote(word)).toBe(quoted);
});

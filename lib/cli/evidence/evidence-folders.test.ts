import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { evidenceFolders } from "./evidence-folders.ts";

const limits = { fileBytes: 1024, runBytes: 4096 };
const secret = "a-very-secret-token";

test("a file is written without secrets, and told", () => {
  const { write, read } = folders();
  const text = `uses ${secret} and Bearer abcdefghijkl`;
  expect(write("x/events.txt", text)).toEqual({ told: { name: "x/events.txt", about: "about" }, cut: [] });
  expect(read("x/events.txt")).toBe("uses [redacted] and Bearer [redacted]\n");
});

test.each([
  ["tail", "line 299\n"],
  ["head", "line 0\n"],
] as const)("of a long text whole lines of the %s are kept, and that is told", (keep, line) => {
  const { write, read } = folders();
  const text = Array.from({ length: 300 }, (_, n) => `line ${n}`).join("\n");
  const { cut } = write("log.txt", text, keep);
  expect(cut).toEqual([`log.txt has only its ${keep === "tail" ? "last" : "first"} 1 KiB`]);
  const kept = read("log.txt");
  expect(kept).toContain(line);
  expect(kept.length).toBeLessThanOrEqual(1024);
  expect(kept.split("\n").every((each) => each === "" || /^line \d+$/.test(each))).toBe(true);
});

test.each(["head", "tail"] as const)("one endless line is cut between characters, at its %s", (keep) => {
  const { write, read } = folders();
  write("log.txt", "漢".repeat(5000), keep);
  expect(read("log.txt").replaceAll("漢", "").trim()).toBe("");
  expect(Buffer.byteLength(read("log.txt"))).toBeGreaterThan(1000);
});

test("what is more than a run may have is left out, and told; what fits still comes", () => {
  const { write } = folders();
  for (const name of ["1", "2", "3"]) expect(write(name, "x".repeat(1000)).cut).toEqual([]);
  expect(write("4", "x".repeat(1023)).told).toBeDefined();
  expect(write("5", "x".repeat(200))).toEqual({
    told: undefined,
    cut: ["5 is left out: evidence of a run may have 4 KiB together"],
  });
  expect(write("6", "x").told).toBeDefined();
});

test("a folder that cannot be made is told", () => {
  const { write, directory } = folders();
  writeFileSync(join(directory, "f"), "");
  expect(write("a", "x").cut).toEqual(["a could not be written (EEXIST)"]);
});

function folders() {
  const directory = mkdtempSync(join(tmpdir(), "meshgate-evidence-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const made = evidenceFolders(directory, (text) => text.replaceAll(secret, "[redacted]"), limits);
  return {
    directory,
    write(name: string, text: string, keep: "head" | "tail" = "head") {
      const cut: string[] = [];
      return { told: made.write("f", { name, about: "about", text, keep }, cut), cut };
    },
    read: (name: string) => readFileSync(join(directory, "f", name), "utf8"),
  };
}

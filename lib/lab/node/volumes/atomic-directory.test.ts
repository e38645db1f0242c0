import { mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { writeAtomically } from "./atomic-directory.ts";

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), "volumes-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
};

describe("a directory written atomically", () => {
  const file = (path: string, content: string, mode = 0o644) => ({ path, mode, content: Buffer.from(content) });

  it("swaps all files at once, and nothing when they are the same", () => {
    const directory = folder();
    expect(writeAtomically(directory, [file("a", "1"), file("d/b", "2", 0o600)])).toBe(true);
    expect(readlinkSync(join(directory, "a"))).toBe("..data/a");
    expect(statSync(join(directory, "d/b")).mode & 0o777).toBe(0o600);
    const before = readlinkSync(join(directory, "..data"));

    expect(writeAtomically(directory, [file("a", "1"), file("d/b", "2", 0o600)])).toBe(false);
    expect(readlinkSync(join(directory, "..data"))).toBe(before);

    expect(writeAtomically(directory, [file("a", "9"), file("c", "3")])).toBe(true);
    expect(readFileSync(join(directory, "a"), "utf8")).toBe("9");
    expect(readdirSync(directory).filter((name) => name !== readlinkSync(join(directory, "..data")))).toEqual([
      "..data",
      "a",
      "c",
    ]);
  });

  it("leaves folders alone that are not its own", () => {
    const directory = folder();
    writeAtomically(directory, [file("a", "1")]);
    mkdirSync(join(directory, "other"));
    writeAtomically(directory, [file("b", "1")]);
    expect(readdirSync(directory)).toEqual(expect.arrayContaining(["b", "other"]));
    expect(readdirSync(directory)).not.toContain("a");
  });

  it("refuses a path that leaves it", () => {
    for (const path of ["../x", "/x", "a/../../x"]) {
      expect(() => writeAtomically(folder(), [file(path, "")])).toThrow("leaves its volume");
    }
  });
});

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { textOf } from "../../base/open-record.ts";
import { redactTokens } from "../../base/redact-tokens.ts";
import type { GatheredFile } from "../../cluster/evidence/evidence-source.ts";
import type { Evidence } from "../../report/path-result.ts";

export interface FolderLimits {
  /** Of one file. */
  fileBytes: number;
  /** Of all that one run gathers. */
  runBytes: number;
}

/** Writes what was gathered, redacted and bounded. */
export interface EvidenceFolders {
  /** Writes one file of a folder. Returns what the report says of it; undefined when it was left out, which `cut` then tells. Never throws. */
  write(folder: string, file: GatheredFile, cut: string[]): Evidence["files"][number] | undefined;
}

/** Makes the folders of a run's evidence below the directory of its reports. `redact` takes known secrets out of a text. */
export function evidenceFolders(
  directory: string,
  redact: (text: string) => string,
  { fileBytes, runBytes }: FolderLimits,
): EvidenceFolders {
  let left = runBytes;
  return {
    write(folder, { name, about, text, keep }, cut) {
      const whole = redactTokens(redact(text));
      const kept = shortened(whole.endsWith("\n") ? whole : `${whole}\n`, fileBytes, keep);
      const bytes = Buffer.byteLength(kept);
      if (bytes > left) {
        cut.push(`${name} is left out: evidence of a run may have ${runBytes / kibi} KiB together`);
        return undefined;
      }
      try {
        const file = join(directory, folder, name);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, kept);
      } catch (error) {
        cut.push(`${name} could not be written (${textOf(error, "code") ?? "unknown error"})`);
        return undefined;
      }
      left -= bytes;
      if (kept.length < whole.length)
        cut.push(`${name} has only its ${keep === "tail" ? "last" : "first"} ${fileBytes / kibi} KiB`);
      return { name, about };
    },
  };
}

const kibi = 1024;

/** Keeps whole lines of one end, and whole characters of a line that is too long by itself. */
function shortened(text: string, most: number, keep: GatheredFile["keep"]): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  if (keep === "head") {
    const part = bytes.subarray(0, most);
    const end = part.lastIndexOf(newline);
    return end >= 0 ? part.subarray(0, end + 1).toString() : wholeCharacters(part);
  }
  const part = bytes.subarray(bytes.length - most);
  const start = part.indexOf(newline);
  return start >= 0 && start < part.length - 1 ? part.subarray(start + 1).toString() : wholeCharacters(part);
}

const newline = 10;

function wholeCharacters(part: Buffer): string {
  return part.toString().replaceAll("\ufffd", "");
}

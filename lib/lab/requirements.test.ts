import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Diagnostic } from "../base/diagnostic.ts";
import { checkFamilies, checkRequirements, toolPath } from "./requirements.ts";

const folder = () => {
  const path = mkdtempSync(join(tmpdir(), "requirements-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
};

const refusal = async (path: string): Promise<string> => {
  try {
    await checkRequirements(path);
  } catch (error) {
    if (error instanceof Diagnostic && error.kind === "broken") return `${error.message}\n${error.cure}`;
    throw error;
  }
  return expect.unreachable("nothing was missing");
};

it("names every program that is missing, and one command that installs them all", async () => {
  expect(await refusal(folder())).toMatchInlineSnapshot(`
    "The embedded lab needs programs that are not on this machine: ip, nft, unshare, nsenter, setpriv.
    Install them: apt-get install --yes iproute2 nftables util-linux"
  `);
  const partly = folder();
  for (const program of ["ip", "unshare", "nsenter", "setpriv"]) symlinkSync(process.execPath, join(partly, program));
  expect(await refusal(partly)).toMatchInlineSnapshot(`
    "The embedded lab needs a program that is not on this machine: nft.
    Install them: apt-get install --yes iproute2 nftables util-linux"
  `);
});

it("is content with the machine that these tests run on", async () => {
  await expect(checkRequirements()).resolves.toBeUndefined();
});

it("asks for IPv6 where the topology has it", () => {
  const ipv6 = { network: "fd00:19::/64", gateway: "fd00:19::1", prefixLength: 64 };
  expect(() => checkFamilies({ ipv6 }, false)).toThrow("this machine's kernel has none");
  expect(() => checkFamilies({ ipv6 }, true)).not.toThrow();
  expect(() => checkFamilies({}, false)).not.toThrow();
});

it("searches system folders behind the user's own", () => {
  expect(toolPath("/opt/mine/bin:/usr/bin")).toBe("/opt/mine/bin:/usr/bin:/usr/sbin:/sbin:/bin");
});

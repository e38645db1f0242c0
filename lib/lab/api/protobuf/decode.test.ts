import { describe, expect, test } from "vitest";
import { decodeObject } from "./decode.ts";

/** Lengths must stay below 128 here. */
const field = (number: number, ...parts: (Buffer | string)[]): Buffer => {
  const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
};
const number = (at: number, value: number): Buffer => Buffer.from([at << 3, value]);
const object = (kind: string, ...parts: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from("k8s\0"), field(1, field(1, "v1"), field(2, kind)), field(2, ...parts)]);

describe("an object in protocol buffers", () => {
  test("is read with its maps, lists, numbers and bytes", () => {
    const metadata = field(1, field(1, "a"), field(11, field(1, "x"), field(2, "y")));
    const secret = object("Secret", metadata, field(2, field(1, "key"), field(2, Buffer.from([0, 255]))), number(5, 0));
    expect(decodeObject(secret)).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "a", labels: { x: "y" } },
      data: { key: "AP8=" },
      immutable: false,
    });
    const ports = field(1, number(3, 80), field(4, number(1, 1), number(2, 0), field(3, "http")), number(5, 0));
    expect(decodeObject(object("Service", field(2, ports, ports)))).toEqual({
      apiVersion: "v1",
      kind: "Service",
      spec: {
        ports: [
          { port: 80, targetPort: "http" },
          { port: 80, targetPort: "http" },
        ],
      },
    });
  });

  test("is not read in part", () => {
    expect(decodeObject(object("ConfigMap", field(15, "x")))).toBeUndefined();
    expect(decodeObject(object("Unheard", field(1, "x")))).toBeUndefined();
    expect(decodeObject(object("ConfigMap", field(1, "x")).subarray(0, -1))).toBeUndefined();
    expect(decodeObject(Buffer.from("{}"))).toBeUndefined();
  });
});

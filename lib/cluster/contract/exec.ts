import { beforeAll, describe, expect, test } from "vitest";
import { execPath, execute } from "./channels.ts";
import { nameOf, podSettled, condition, readyPod, shellPod } from "./pods.ts";
import { image } from "./room.ts";
import type { Room } from "./room.ts";
import { Refusal } from "./wire.ts";
import type { Answer } from "./wire.ts";

/** Commands in containers. @see https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/4006-transition-spdy-to-websockets */
export function execContract(inRoom: () => Room): void {
  describe("exec", () => {
    const pod = "exec-host";
    beforeAll(async () => {
      await readyPod(inRoom(), pod);
    });
    const run = (script: string) => execute(inRoom(), pod, ["sh", "-c", script]);
    const refusal = (path: string, subprotocol = "v5.channel.k8s.io"): Promise<Answer> =>
      inRoom()
        .wire.channels(path, subprotocol)
        .then(
          () => Promise.reject(new Error("the upgrade was not refused")),
          (error: unknown) => (error instanceof Refusal ? error.answer : Promise.reject(error as Error)),
        );

    test("greets with an empty output frame, brings both outputs, then the status and a normal close", async () => {
      const { stdout, stderr, status, session } = await run("echo out; echo err >&2");
      expect([stdout, stderr, session.code]).toEqual(["out\n", "err\n", 1000]);
      expect(status).toEqual({ metadata: {}, status: "Success" });
      expect(session.frames[0]?.toString("hex")).toBe("01");
      expect(session.frames.at(-1)?.[0]).toBe(3);
    });

    test("tells the exit code", async () => {
      const { stdout, status } = await run("echo out; exit 3");
      expect(stdout).toBe("out\n");
      expect(status).toEqual({
        metadata: {},
        status: "Failure",
        message: "command terminated with non-zero exit code: command terminated with exit code 3",
        reason: "NonZeroExitCode",
        details: { causes: [{ reason: "ExitCode", message: "3" }] },
      });
    });

    test("tells a death by signal 9 as 137", async () => {
      expect((await run("kill -9 $$")).exitCode).toBe(137);
    });

    test("tells a missing binary as an internal error without an exit code", async () => {
      const { status, exitCode, session } = await execute(inRoom(), pod, ["/no/such/binary"]);
      expect(status).toMatchObject({
        status: "Failure",
        reason: "InternalError",
        code: 500,
        message: expect.stringContaining("/no/such/binary"),
      });
      expect([exitCode, session.code]).toEqual([undefined, 1000]);
    });

    test("ends the input on half-close and still brings what is said then", async () => {
      const { stdout, exitCode } = await execute(inRoom(), pod, ["sh", "-c", "cat; echo bye"], {
        talk(websocket) {
          websocket.send(Buffer.from("\0hello\n"));
          websocket.send(Buffer.of(255, 0));
        },
      });
      expect([stdout, exitCode]).toEqual(["hello\nbye\n", 0]);
    });

    test("brings a large output whole, in frames of 32 KiB at most", async () => {
      const { session, stdout } = await execute(inRoom(), pod, ["head", "-c", "300000", "/dev/zero"]);
      expect(stdout).toHaveLength(300_000);
      expect(Math.max(...session.frames.map((frame) => frame.length))).toBeLessThanOrEqual(32_769);
    });

    test("tells the exit code over v4, too", async () => {
      const command = ["sh", "-c", "echo hi; exit 3"];
      const { stdout, status } = await execute(inRoom(), pod, command, { subprotocol: "v4.channel.k8s.io" });
      expect(stdout).toBe("hi\n");
      expect(status).toMatchObject({
        message:
          "command terminated with non-zero exit code: error executing command [sh -c echo hi; exit 3], exit code 3",
        details: { causes: [{ reason: "ExitCode", message: "3" }] },
      });
    });

    test("many commands run side by side", async () => {
      const numbers = Array.from({ length: 10 }, (_, index) => String(index));
      const executed = await Promise.all(numbers.map((number) => run(`echo ${number}`)));
      expect(executed.map(({ stdout }) => stdout.trim())).toEqual(numbers);
    });

    test("refuses a subprotocol that it does not know, without a word", async () => {
      expect(await refusal(execPath(inRoom(), pod, ["true"]), "v9.channel.k8s.io")).toMatchObject({
        status: 403,
        text: "",
      });
    });

    test("refuses a pod that is not there", async () => {
      const answer = await refusal(execPath(inRoom(), "nope", ["true"]));
      expect(answer).toMatchObject({
        status: 404,
        body: { kind: "Status", message: 'pods "nope" not found', details: { name: "nope", kind: "pods" } },
      });
    });

    test("refuses a pod that has no node yet", async () => {
      const room = inRoom();
      await room.create("pods", "exec-nowhere", shellPod("sleep 3600", { nodeSelector: { nope: "x" } }));
      await podSettled(room, "exec-nowhere", "the verdict", (found) => condition(found, "PodScheduled") !== undefined);
      expect(await refusal(execPath(room, "exec-nowhere", ["true"]))).toMatchObject({
        status: 400,
        body: { reason: "BadRequest", message: "pod exec-nowhere does not have a host assigned", code: 400 },
      });
    });

    test("refuses a container that the pod does not have", async () => {
      expect(await refusal(execPath(inRoom(), pod, ["true"], "stdout=true&container=nope"))).toMatchObject({
        status: 400,
        body: { reason: "BadRequest", message: `container nope is not valid for pod ${pod}` },
      });
    });

    test("asks which container is meant when there are several", async () => {
      const room = inRoom();
      const container = (name: string) => ({
        name,
        image,
        command: ["sh", "-c", `echo ${name} >/tmp/name; sleep 3600`],
      });
      const spec = { terminationGracePeriodSeconds: 0, containers: [container("one"), container("two")] };
      const two = await readyPod(room, "exec-two", { spec });
      expect(await refusal(execPath(room, nameOf(two), ["true"]))).toMatchObject({
        status: 400,
        body: { message: "a container name must be specified for pod exec-two, choose one of: [one two]" },
      });
      const path = execPath(room, "exec-two", ["cat", "/tmp/name"], "stdout=true&container=two");
      const { frames } = await room.wire.channels(path, "v5.channel.k8s.io");
      expect(frames.map((frame) => frame.toString()).slice(0, 2)).toEqual(["\u0001", "\u0001two\n"]);
    });
  });
}

import { expect, it } from "vitest";
import type { SecurityContext } from "../pod/pod-spec.ts";
import { mappedIds, privilegeArguments } from "./privileges.ts";

const all = [{ from: 0, count: 4_294_967_295 }];
const onlyRoot = [{ from: 0, count: 1 }];
const bounding = (container: SecurityContext): string | undefined =>
  privilegeArguments(undefined, container, all).find((argument) => argument.startsWith("--bounding-set="));

it("leaves the capabilities that container runtimes leave", () => {
  expect(privilegeArguments(undefined, undefined, all)).toEqual([
    "--inh-caps=-all",
    "--bounding-set=-all,+audit_write,+chown,+dac_override,+fowner,+fsetid,+kill,+mknod,+net_bind_service,+net_raw," +
      "+setfcap,+setgid,+setpcap,+setuid,+sys_chroot",
  ]);
});

it.each<[SecurityContext, string | undefined]>([
  [{ capabilities: { drop: ["ALL"] } }, "--bounding-set=-all"],
  [{ capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } }, "--bounding-set=-all,+net_bind_service"],
  [{ capabilities: { drop: ["all"], add: ["CAP_NET_ADMIN"] } }, "--bounding-set=-all,+net_admin"],
  [{ capabilities: { add: ["ALL"], drop: ["SYS_TIME"] } }, "--bounding-set=-all,+all,-sys_time"],
  [{ privileged: true }, undefined],
])("%j gives %s", (container, argument) => {
  expect(bounding(container)).toBe(argument);
});

it("adds and drops single ones", () => {
  const argument = bounding({ capabilities: { add: ["NET_ADMIN"], drop: ["NET_RAW"] } });
  expect(argument).toContain("+net_admin");
  expect(argument).toContain("+chown");
  expect(argument).not.toContain("net_raw");
});

it("becomes the user that is asked for, the container's before the pod's, where that id is mapped", () => {
  const identity = (pod: SecurityContext, container: SecurityContext, ids = all): string[] =>
    privilegeArguments(pod, container, ids).slice(2);
  expect(identity({ runAsUser: 1000 }, {})).toEqual(["--reuid=1000", "--regid=0", "--clear-groups"]);
  expect(identity({ runAsUser: 1000, runAsGroup: 5, supplementalGroups: [7, 8] }, { runAsUser: 2000 })).toEqual([
    "--reuid=2000",
    "--regid=5",
    "--groups=7,8",
  ]);
  expect(identity({ runAsUser: 1000 }, {}, onlyRoot)).toEqual([]);
  expect(identity({}, { allowPrivilegeEscalation: false }, onlyRoot)).toEqual(["--no-new-privs"]);
});

it("knows the ids of this process, its own among them", () => {
  const own = process.getuid?.() ?? -1;
  expect(mappedIds().some(({ from, count }) => own >= from && own < from + count)).toBe(true);
});

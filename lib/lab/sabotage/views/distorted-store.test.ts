import { beforeEach, describe, expect, test } from "vitest";
import { createStore } from "../../api/store.ts";
import type { KubeObject, Store, WatchEvent } from "../../model.ts";
import { distortedStore } from "./distorted-store.ts";
import { distortedWatch } from "./distorted-watch.ts";
import { changing, frozen, hiding, inventing, lingering } from "./looks.ts";
import { viewMap } from "./view-map.ts";
import type { View } from "./view.ts";

const namespace = "default";
const table: View[] = [
  { name: "part.blind", sees: { secrets: hiding(({ metadata }) => metadata.name === "a") } },
  { name: "part.red", sees: { secrets: changing((object) => ({ ...object, type: "red" })) } },
  { name: "part.stale", sees: { secrets: lingering() } },
  { name: "part.frozen", sees: { secrets: frozen() } },
  {
    name: "part.dreaming",
    sees: { secrets: inventing((_there, { all }) => all("serviceaccounts").map((one) => secret(one.metadata.name))) },
  },
  { name: "other.blind", sees: { secrets: hiding(() => true) } },
];

let store: Store;
beforeEach(() => {
  store = createStore({ serviceCidr: "10.1.0.0/16" });
});

function secret(name: string, type = "Opaque"): KubeObject {
  return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace, labels: { name } }, type };
}
/** Names the views of the cluster. */
function set(...names: string[]): void {
  const data = Object.fromEntries(names.map((name) => [name, ""]));
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: viewMap, data };
  if (store.get("configmaps", viewMap.name, viewMap.namespace) === undefined) store.create("configmaps", object);
  else store.update("configmaps", object);
}
/** What a component is told of Secrets, from now on. */
function told(node?: string): string[] {
  const lines: string[] = [];
  const listen = ({ type, object }: WatchEvent) => lines.push(`${type} ${object.metadata.name} ${object["type"]}`);
  distortedWatch(store, { component: "part", node }, table).watch("secrets", listen, { replay: true });
  return lines;
}
/** What it has been told since it was last asked. */
const news = (lines: string[]) => lines.splice(0);

describe("a component that only watches", () => {
  test("is told what is there as long as nothing is set", () => {
    store.create("secrets", secret("a"));
    const lines = told();
    store.create("secrets", secret("b"));
    store.delete("secrets", "a", namespace);
    expect(lines).toEqual(["ADDED a Opaque", "ADDED b Opaque", "DELETED a Opaque"]);
  });

  test("is told the difference when a view comes, and again when it goes", () => {
    store.create("secrets", secret("a"));
    store.create("secrets", secret("b"));
    const lines = told();
    news(lines);
    set("part.blind");
    expect(news(lines)).toEqual(["DELETED a Opaque"]);
    store.create("secrets", secret("c"));
    store.delete("secrets", "b", namespace);
    expect(news(lines)).toEqual(["ADDED c Opaque", "DELETED b Opaque"]);
    set();
    expect(news(lines)).toEqual(["ADDED a Opaque"]);
    set("part.red");
    expect(news(lines)).toEqual(["MODIFIED a red", "MODIFIED c red"]);
    store.delete("configmaps", viewMap.name, viewMap.namespace);
    expect(news(lines)).toEqual(["MODIFIED a Opaque", "MODIFIED c Opaque"]);
  });

  test("has the views of its own node and those of everywhere, and nobody else's", () => {
    store.create("secrets", secret("a"));
    const [here, there, nowhere] = [told("here"), told("there"), told()];
    for (const lines of [here, there, nowhere]) news(lines);
    set("part.blind.on.here", "other.blind", "part.unknown");
    expect([here, there, nowhere].map(news)).toEqual([["DELETED a Opaque"], [], []]);
    set("part.blind");
    expect([here, there, nowhere].map(news)).toEqual([[], ["DELETED a Opaque"], ["DELETED a Opaque"]]);
  });

  test("does not hear of deletions that are withheld, until the view goes", () => {
    store.create("secrets", secret("a"));
    const lines = told();
    set("part.stale");
    store.create("secrets", secret("b"));
    store.update("secrets", { ...secret("b"), immutable: true });
    news(lines);
    store.delete("secrets", "a", namespace);
    store.delete("secrets", "b", namespace);
    expect(news(lines)).toEqual([]);
    store.create("secrets", secret("a"));
    expect(news(lines)).toEqual(["MODIFIED a Opaque"]);
    set();
    expect(news(lines)).toEqual(["DELETED b Opaque"]);
  });

  test("does not hear of changes that are withheld, until the view goes", () => {
    store.create("secrets", secret("a"));
    const lines = told();
    set("part.frozen");
    news(lines);
    store.update("secrets", { ...store.get("secrets", "a", namespace)!, data: { key: "aGV5" } });
    store.create("secrets", secret("b"));
    expect(news(lines)).toEqual(["ADDED b Opaque"]);
    set();
    expect(news(lines)).toEqual(["MODIFIED a Opaque"]);
  });

  test("sees what is invented, which may go by other resources", () => {
    store.create("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "x", namespace } });
    const lines = told();
    set("part.dreaming");
    expect(news(lines)).toEqual(["ADDED x Opaque"]);
    store.create("secrets", secret("x"));
    expect(news(lines)).toEqual(["MODIFIED x Opaque"]);
  });

  test("finds the view there when it starts after it", () => {
    store.create("secrets", secret("a"));
    set("part.red");
    expect(told()).toEqual(["ADDED a red"]);
  });
});

describe("a component that reads and writes", () => {
  test("reads what it is told, and writes what it means", () => {
    for (const name of ["a", "b"]) store.create("secrets", secret(name));
    const own = distortedStore(store, { component: "part" }, table);
    set("part.blind", "part.red");
    const names = (selection?: object) =>
      own.list("secrets", selection).map(({ metadata, type }) => [metadata.name, type]);
    expect(own.get("secrets", "a", namespace)).toBeUndefined();
    expect(own.get("secrets", "b", namespace)?.["type"]).toBe("red");
    expect(own.get("secrets", "b", "elsewhere")).toBeUndefined();
    expect(names()).toEqual([["b", "red"]]);
    expect(names({ labelSelector: "name=a" })).toEqual([]);
    const written = own.modify("secrets", "b", namespace, (copy) => ({ ...copy, immutable: true }));
    expect(written).toMatchObject({ type: "red", immutable: true });
    expect(store.get("secrets", "b", namespace)).toMatchObject({ type: "Opaque", immutable: true });
    set();
    expect(names({ namespace })).toEqual([
      ["a", "Opaque"],
      ["b", "Opaque"],
    ]);
  });

  test("finds among what is gone by namespace and labels", () => {
    store.create("secrets", secret("a"));
    const own = distortedStore(store, { component: "part" }, table);
    set("part.stale");
    store.delete("secrets", "a", namespace);
    const count = (selection: object) => own.list("secrets", selection).length;
    expect(count({})).toBe(1);
    expect([{ namespace }, { namespace: "elsewhere" }].map(count)).toEqual([1, 0]);
    expect(["name=a", "name=b"].map((labelSelector) => count({ labelSelector }))).toEqual([1, 0]);
  });
});

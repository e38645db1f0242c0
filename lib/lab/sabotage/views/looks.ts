import { storageKey } from "../../api/storage.ts";
import type { KubeObject } from "../../model.ts";
import type { Look, Sight } from "./view.ts";

type Matches = (object: KubeObject, sight: Sight) => boolean;

/** Hides objects. */
export function hiding(matches: Matches): Look {
  return (there, sight) => there.filter((object) => !matches(object, sight));
}

/** Shows objects changed; those that `change` gives back as they are, as they are. */
export function changing(change: (object: KubeObject, sight: Sight) => KubeObject): Look {
  return (there, sight) => there.map((object) => change(object, sight));
}

/** Shows objects that nobody made beside those that are there. One that is there hides an invented one of the same name. */
export function inventing(invent: (there: readonly KubeObject[], sight: Sight) => KubeObject[]): Look {
  return (there, sight) => {
    const keys = new Set(there.map(storageKey));
    return [...there, ...invent(there, sight).filter((object) => !keys.has(storageKey(object)))];
  };
}

/** Withholds deletions: objects that were seen once are still there, as they were last seen. */
export function lingering(matches: Matches = () => true): Look {
  return (there, sight) => {
    const keys = new Set(there.map(storageKey));
    return [...there, ...sight.seen.filter((object) => !keys.has(storageKey(object)) && matches(object, sight))];
  };
}

/** Withholds changes: objects that were seen once are still there, as they were first seen. New ones are seen as they come. */
export function frozen(matches: Matches = () => true): Look {
  const linger = lingering(matches);
  return (there, sight) => {
    const seen = new Map(sight.seen.map((object) => [storageKey(object), object]));
    return linger(there, sight).map((object) => {
      const before = seen.get(storageKey(object));
      return before !== undefined && matches(before, sight) ? before : object;
    });
  };
}

/** Says whether an object has one of these names, whatever its namespace. */
export function named(...names: string[]): (object: KubeObject) => boolean {
  return ({ metadata }) => names.includes(metadata.name);
}

/** Shows the spec of some objects changed. */
export function withSpec(
  matches: Matches,
  change: (spec: KubeObject[string], object: KubeObject, sight: Sight) => object,
): Look {
  return changing((object, sight) =>
    matches(object, sight) ? { ...object, spec: change(object["spec"], object, sight) } : object,
  );
}

const metadata = new WeakMap<object, Map<unknown, unknown>>();

/**
 * Gives `Reflect` the four functions of the metadata proposal that @peculiar/x509 asks for when it is loaded.
 *
 * @see https://rbuckton.github.io/reflect-metadata/
 */
export function provideReflectMetadata(): void {
  if ("getMetadata" in Reflect) return;
  Object.assign(Reflect, {
    defineMetadata: define,
    getMetadata: get,
    getOwnMetadata: getOwn,
    metadata: (key: unknown, value: unknown) => (target: object) => define(key, value, target),
  });
}

function define(key: unknown, value: unknown, target: object): void {
  const own = metadata.get(target) ?? new Map<unknown, unknown>();
  metadata.set(target, own.set(key, value));
}

function getOwn(key: unknown, target: object): unknown {
  return metadata.get(target)?.get(key);
}

function get(key: unknown, target: object | null): unknown {
  if (target === null) return undefined;
  return metadata.get(target)?.has(key)
    ? getOwn(key, target)
    : get(key, Object.getPrototypeOf(target) as object | null);
}

/** Remembers the last few of many names. */
export interface Lately {
  add(name: string): void;
  has(name: string): boolean;
}

/** Makes a memory of so many names; longer ones than 64 characters are not taken in. */
export function createLately(most: number): Lately {
  const names = new Set<string>();
  return {
    add(name) {
      if (name.length > 64) return;
      names.delete(name);
      names.add(name);
      if (names.size <= most) return;
      const [oldest] = names;
      if (oldest !== undefined) names.delete(oldest);
    },
    has: (name) => names.has(name),
  };
}

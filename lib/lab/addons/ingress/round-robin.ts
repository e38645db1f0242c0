/** Gives all of a list, beginning with the one whose turn it is; the next call with the same key begins with the next one. */
export type TakeTurns = <Item>(key: string, items: Item[]) => Item[];

/** Starts the turns of each key somewhere, so that several controllers do not begin with the same endpoint. */
export function roundRobin(start: () => number = () => Math.floor(Math.random() * 1_000)): TakeTurns {
  const turns = new Map<string, number>();
  return (key, items) => {
    const turn = turns.get(key) ?? start();
    turns.set(key, turn + 1);
    const first = items.length === 0 ? 0 : turn % items.length;
    return [...items.slice(first), ...items.slice(0, first)];
  };
}

/**
 * Writes the nft commands that make a set or map hold what is wanted: elements that are lost or changed go before those that come. Elements of
 * sets have empty values.
 */
export function elementCommands(
  table: string,
  holder: string,
  old: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): string[] {
  const changed = (from: ReadonlyMap<string, string>, to: ReadonlyMap<string, string>) =>
    [...from].filter(([key, value]) => to.get(key) !== value);
  const command = (verb: string, elements: string[]) =>
    elements.length === 0 ? [] : [`${verb} element ${table} ${holder} { ${elements.join(", ")} }`];
  return [
    ...command(
      "delete",
      changed(old, wanted).map(([key]) => key),
    ),
    ...command(
      "add",
      changed(wanted, old).map(([key, value]) => (value === "" ? key : `${key} : ${value}`)),
    ),
  ];
}

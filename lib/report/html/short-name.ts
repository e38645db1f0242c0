/** Shortens a long name to its end, which is what tells names of one place apart. `most` is how many characters it may have. */
export function shortName(name: string, most: number): string {
  return name.length > most ? `…${name.slice(1 - most)}` : name;
}

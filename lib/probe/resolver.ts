import { readFileSync } from "node:fs";

/** What resolv.conf says. */
export interface Resolver {
  /** In order of preference; empty when the file names none or cannot be read. */
  nameservers: string[];
  search: string[];
  ndots: number;
}

/** Reads a resolv.conf. An absent file gives an empty resolver. */
export function readResolver(file = "/etc/resolv.conf"): Resolver {
  try {
    return parseResolver(readFileSync(file, "utf8"));
  } catch {
    return parseResolver("");
  }
}

/** Parses the text of a resolv.conf. @see resolv.conf(5) */
export function parseResolver(text: string): Resolver {
  const resolver: Resolver = { nameservers: [], search: [], ndots: 1 };
  for (const line of text.split("\n")) {
    const [keyword, ...values] = line
      .replace(/[#;].*/, "")
      .trim()
      .split(/\s+/);
    if (keyword === "nameserver" && values[0]) resolver.nameservers.push(values[0]);
    if (keyword === "search" || keyword === "domain") resolver.search = values;
    if (keyword === "options") resolver.ndots = ndotsOf(values) ?? resolver.ndots;
  }
  return resolver;
}

/**
 * Lists the complete names that a libc resolver asks for `name`, in that order: with at least `ndots` dots the name itself comes
 * first, else last; a name that ends in a dot is complete.
 */
export function candidateNames(name: string, { search, ndots }: Resolver): string[] {
  if (name.endsWith(".")) return [name.slice(0, -1)];
  const extended = search.map((domain) => (domain === "." ? name : `${name}.${domain.replace(/\.$/, "")}`));
  const dots = name.split(".").length - 1;
  return dots >= ndots ? [name, ...extended] : [...extended, name];
}

/** libc takes at most 15. */
function ndotsOf(options: string[]): number | undefined {
  const value = options.findLast((option) => /^ndots:\d+$/.test(option));
  return value === undefined ? undefined : Math.min(Number(value.slice("ndots:".length)), 15);
}

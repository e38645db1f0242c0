const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const labelPattern = new RegExp(`^${label}$`);
const subdomainPattern = new RegExp(`^${label}(\\.${label})*$`);
const qualifiedPattern = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

/**
 * Gives what is wrong with a text as a DNS label; empty when nothing is.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
export function labelErrors(name: string): string[] {
  const why =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an " +
    `alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${label}')`;
  return [...tooLong(name, 63), ...(labelPattern.test(name) ? [] : [why])];
}

/** Gives what is wrong with a text as a DNS subdomain. */
export function subdomainErrors(name: string): string[] {
  const why =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with " +
    `an alphanumeric character (e.g. 'example.com', regex used for validation is '${label}(\\.${label})*')`;
  return [...tooLong(name, 253), ...(subdomainPattern.test(name) ? [] : [why])];
}

/** Gives what is wrong with a text as one segment of a URL path. */
export function pathSegmentErrors(name: string): string[] {
  if (name === "." || name === "..") return [`may not be '${name}'`];
  return ["/", "%"].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
}

/** Gives what is wrong with a text as the key of a label or annotation. */
export function qualifiedNameErrors(key: string): string[] {
  const parts = key.split("/");
  const name = parts.at(-1)!;
  const why =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  if (parts.length > 2) {
    return [
      "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
        "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " +
        "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ];
  }
  const prefix = parts.length === 2 ? subdomainErrors(parts[0]!).map((text) => `prefix part ${text}`) : [];
  return [
    ...prefix,
    ...(name.length > 63 ? ["name part must be no more than 63 bytes"] : []),
    ...(qualifiedPattern.test(name) ? [] : [why]),
  ];
}

/** Gives what is wrong with a text as the value of a label. */
export function labelValueErrors(value: string): string[] {
  const why =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with " +
    "an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
  return [
    ...(value.length > 63 ? ["must be no more than 63 bytes"] : []),
    ...(value === "" || qualifiedPattern.test(value) ? [] : [why]),
  ];
}

/** Gives what is wrong with a text as the name of a port. */
export function portNameErrors(name: string): string[] {
  if (name.length > 15) return ["must be no more than 15 characters"];
  if (!/^[-a-z0-9]+$/.test(name)) return ["must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"];
  if (!/[a-z]/.test(name)) return ["must contain at least one letter (a-z)"];
  if (name.includes("--")) return ["must not contain consecutive hyphens"];
  return /^-|-$/.test(name) ? ["must not begin or end with a hyphen"] : [];
}

function tooLong(name: string, limit: number): string[] {
  return name.length > limit ? [`must be no more than ${limit} bytes`] : [];
}

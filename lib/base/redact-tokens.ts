/**
 * Replaces what looks like a credential by `[redacted]`: JSON Web Tokens, values of Authorization and Cookie headers, bearer tokens, private keys in
 * PEM, and passwords in addresses. For texts that others wrote, such as logs; a last net, for what is no secret that was told.
 */
export function redactTokens(text: string): string {
  return patterns.reduce((rest, [pattern, replacement]) => rest.replaceAll(pattern, replacement), text);
}

const patterns: [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[redacted]"],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, "[redacted]"],
  [/\b((?:proxy-)?authorization|(?:set-)?cookie|x-[\w-]*token)("?\s*[:=]\s*"?)[^\r\n"]+/gi, "$1$2[redacted]"],
  [/\b(bearer)\s+[\w.~+/-]{8,}=*/gi, "$1 [redacted]"],
  [/(:\/\/[^\s:/@]+:)[^\s/@]+(?=@)/g, "$1[redacted]"],
];

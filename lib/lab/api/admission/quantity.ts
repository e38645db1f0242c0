const factors: Record<string, bigint> = {
  "": 1000n,
  m: 1n,
  k: 1000n * 1000n,
  M: 1000n * 1000n ** 2n,
  G: 1000n * 1000n ** 3n,
  T: 1000n * 1000n ** 4n,
  P: 1000n * 1000n ** 5n,
  E: 1000n * 1000n ** 6n,
  Ki: 1000n * 1024n,
  Mi: 1000n * 1024n ** 2n,
  Gi: 1000n * 1024n ** 3n,
  Ti: 1000n * 1024n ** 4n,
  Pi: 1000n * 1024n ** 5n,
  Ei: 1000n * 1024n ** 6n,
};

/**
 * Reads a quantity (`500m`, `1.5`, `2Gi`) in thousandths of its unit, so that sums are exact. Text that is no quantity counts as 0.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(text: string | number): bigint {
  const match = /^([+-]?)(\d*)\.?(\d*)(m|k|[KMGTPE]i|[MGTPE])?$/.exec(String(text));
  if (!match) return 0n;
  const [, sign, whole = "", fraction = "", suffix = ""] = match;
  const digits = BigInt(`${whole}${fraction}` || "0");
  const value = (digits * factors[suffix]!) / 10n ** BigInt(fraction.length);
  return sign === "-" ? -value : value;
}

/** Writes thousandths as Kubernetes does: `like` tells whether to count in powers of 1024 (`1Gi`) or of 1000 (`500m`). */
export function formatQuantity(thousandths: bigint, like: string): string {
  if (thousandths === 0n) return "0";
  if (thousandths % 1000n !== 0n) return `${thousandths}m`;
  const suffixes = like.endsWith("i") ? ["Ei", "Pi", "Ti", "Gi", "Mi", "Ki"] : ["E", "P", "T", "G", "M", "k"];
  const suffix = suffixes.find((name) => thousandths % (factors[name] ?? 1n) === 0n) ?? "";
  return `${thousandths / factors[suffix]!}${suffix}`;
}

/** Writes how long ago a moment was, as `kubectl get` shows it: `5s`, `3m12s`, `47h`, `8d`; `<unknown>` for none. */
export function age(timestamp: string | undefined | null, nowMs = Date.now()): string {
  if (!timestamp) return "<unknown>";
  const total = Math.floor((nowMs - Date.parse(timestamp)) / 1000);
  if (total < -1) return "<invalid>";
  const seconds = Math.max(0, total);
  const [minutes, hours, days] = [60, 3600, 86_400].map((unit) => Math.floor(seconds / unit)) as [
    number,
    number,
    number,
  ];
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return pair(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return pair(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  if (hours < 192) return pair(days, "d", hours % 24, "h");
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  return years < 8 ? pair(years, "y", days % 365, "d") : `${years}y`;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

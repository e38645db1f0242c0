/** Writes a moment as Kubernetes does: UTC, whole seconds. */
export function timestamp(atMs: number = Date.now()): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

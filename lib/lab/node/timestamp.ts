/** Writes a moment as Kubernetes does in status fields: UTC, whole seconds. */
export function timestamp(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

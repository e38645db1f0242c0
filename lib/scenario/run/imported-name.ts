/** The name under which a ServiceImport is asked like a Service; no Service can have it. */
export function importedName(service: string): string {
  return `${service}.clusterset`;
}

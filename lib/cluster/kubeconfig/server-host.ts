/** Reads host and port from a server's address, without path and credentials: `10.0.0.1:6443`. */
export function hostOf(server: string): string {
  const url = new URL(server);
  const standard = url.protocol === "https:" ? "443" : "80";
  return `${url.hostname}:${url.port === "" ? standard : url.port}`;
}

/**
 * Binds to all addresses of both families, or of IPv4 alone where the kernel has no IPv6. Rejects with the system's error, such as
 * EADDRINUSE.
 */
export async function bindBothFamilies<T>(bind: (address: string) => Promise<T>): Promise<T> {
  try {
    return await bind("::");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code !== "EAFNOSUPPORT" && code !== "EADDRNOTAVAIL") throw error;
    return bind("0.0.0.0");
  }
}

/** True for what the system, TLS or the HTTP client says when a host cannot be talked to. */
export function isNetworkError(error: unknown): error is Error & { code: string } {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" && /^(E[A-Z_]+|UND_ERR_[A-Z_]+|[A-Z_]*CERT[A-Z_]*)$/.test(code);
}

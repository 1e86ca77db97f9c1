const throttling =
  /^(Throttl\w*|TooManyRequestsException|RequestLimitExceeded|RequestThrottled\w*|SlowDown|PriorRequestNotComplete)$/;
const connection = /^(ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EAI_AGAIN)$/;

/**
 * Errors that say nothing about the request: AWS is busy or broken, or the connection was. The SDK has tried again
 * already; waiting longer may still help. What was asked for may have been done.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as { code?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return (
    throttling.test(error.name) ||
    (status >= 500 && status !== 501) ||
    connection.test(code ?? "") ||
    error.name === "TimeoutError" ||
    error.name === "AnswerLost" ||
    /socket hang up/.test(error.message)
  );
}

/** AWS has answered no: what was asked for was not done. */
export function isRefused(error: unknown): boolean {
  const { $metadata } = (error ?? {}) as { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500 && !isTransient(error);
}

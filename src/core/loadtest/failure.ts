/** Why a request got no good answer. HTTP statuses of 400 and above are answers, but count as errors too. */
export type FailureKind =
  | "refused"
  | "reset"
  | "timeout"
  | "tls"
  | "dns"
  | "unreachable"
  | "protocol"
  | "client"
  | "dropped"
  | "http4xx"
  | "http5xx"
  | "other";

/** The request took longer than the limit that the user set. */
export class RequestTimeout extends Error {
  readonly code = "ECSCTL_TIMEOUT";
  constructor(milliseconds: number) {
    super(`no complete answer within ${milliseconds} ms`);
    this.name = "RequestTimeout";
  }
}

const kinds: readonly (readonly [RegExp, FailureKind])[] = [
  [/^ECONNREFUSED$/, "refused"],
  [/^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET)$/, "reset"],
  [/^(ECSCTL_TIMEOUT|ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/, "timeout"],
  [/^(ENOTFOUND|EAI_)/, "dns"],
  [/^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN)$/, "unreachable"],
  [/^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_OSSL)/, "tls"],
  [/^(HPE_|HTTPParserError|UND_ERR_(RES_|HEADERS_OVERFLOW|RESPONSE|INVALID|NOT_SUPPORTED))/, "protocol"],
  // The generator's own machine ran out of something: not the service's fault.
  [/^(EMFILE|ENFILE|EADDRNOTAVAIL|ENOBUFS|EAGAIN)$/, "client"],
];

/** Node wraps several failed addresses in one error, and undici may wrap the socket's. */
function codeOf(error: Error & { code?: unknown; errors?: unknown }): string {
  if (typeof error.code === "string" && error.code !== "") return error.code;
  const [first] = Array.isArray(error.errors) ? (error.errors as unknown[]) : [];
  if (first instanceof Error) return codeOf(first);
  // undici gives its parser errors a code only when its parser has one for them.
  return error.cause instanceof Error ? codeOf(error.cause) : error.name;
}

/** Sorts an error of a request by kind. */
export function classifyFailure(error: Error): FailureKind {
  const code = codeOf(error);
  return kinds.find(([pattern]) => pattern.test(code))?.[1] ?? "other";
}

/** The kind of a status of 400 and above; undefined for a good answer. */
export function classifyStatus(status: number): FailureKind | undefined {
  if (status < 400) return undefined;
  return status < 500 ? "http4xx" : "http5xx";
}

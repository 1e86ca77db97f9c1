import { ApiError } from "../wire/api.ts";

/** Services that speak Query name their common errors without `Exception` (CommonErrors of each API reference). */
const queryServices = new Set(["iam", "autoscaling", "monitoring", "sts", "sns", "elasticloadbalancing"]);

/** "Slow down", in the code, words and status of that service. */
export function throttledError(signingName: string): ApiError {
  if (signingName === "ec2") return new ApiError("RequestLimitExceeded", "Request limit exceeded.", 503);
  return new ApiError(queryServices.has(signingName) ? "Throttling" : "ThrottlingException", "Rate exceeded", 400);
}

/** AWS's own failure, in the code, words and status of that service. */
export function brokenError(signingName: string): ApiError {
  if (signingName === "ec2") return new ApiError("InternalError", "An internal error has occurred", 500);
  if (signingName === "ecs")
    return new ApiError("ServerException", "Service Unavailable. Please try again later.", 500);
  if (signingName === "ecr") return new ApiError("ServerException", "The service is unavailable.", 500);
  if (signingName === "logs")
    return new ApiError("ServiceUnavailableException", "The service cannot complete the request.", 500);
  if (signingName === "application-autoscaling")
    return new ApiError("InternalServiceException", "The service encountered an internal error.", 500);
  return new ApiError(
    "InternalFailure",
    "The request processing has failed because of an unknown error, exception or failure.",
    500,
  );
}

/** What was refused to whom, and by which kind of statement. */
export interface Denial {
  user: string;
  action: string;
  resource: string;
  /** A statement with `Deny` matched; otherwise none with `Allow` did. */
  explicit: boolean;
}

/** The sentence that AWS writes under every service's own error code. */
export function deniedSentence({ user, action, resource, explicit }: Denial): string {
  const because = explicit
    ? "with an explicit deny in an identity-based policy"
    : `because no identity-based policy allows the ${action} action`;
  return `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
}

/** "You may not", in the code and status of that service. */
export function deniedError(signingName: string, denial: Denial): ApiError {
  const sentence = deniedSentence(denial);
  if (signingName === "ec2")
    return new ApiError("UnauthorizedOperation", `You are not authorized to perform this operation. ${sentence}`, 403);
  if (queryServices.has(signingName)) return new ApiError("AccessDenied", sentence, 403);
  return new ApiError("AccessDeniedException", sentence, 400);
}

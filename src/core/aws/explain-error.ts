import { awsError, EcsctlError, usageError } from "../errors.ts";

/** What the SDK's errors carry besides name and message. */
interface SdkError extends Error {
  $metadata?: { httpStatusCode?: number; requestId?: string; attempts?: number };
  $fault?: "client" | "server";
  $service?: string;
  code?: string;
  errno?: number;
  address?: string;
  port?: number;
  errors?: Error[];
}

type Explain = (error: SdkError) => EcsctlError | undefined;

/** Says in our words what AWS refused; undefined for what is no error of AWS. */
export function explainAwsError(error: unknown): EcsctlError | undefined {
  if (error instanceof EcsctlError) return error;
  if (!(error instanceof Error)) return undefined;
  for (const explain of explanations) {
    const explained = explain(error);
    if (explained) return explained;
  }
  return undefined;
}

const bothWays = "aws configure (or set AWS_PROFILE) for an AWS account; or add --sandbox to do it on this computer.";

/** The names of the SDK's credential chain, which finds nothing or finds something that cannot be used. */
const credentials: Explain = (error) => {
  const absent =
    error.name === "CredentialsProviderError" ||
    error.name === "TokenProviderError" ||
    /could not load credentials|could not resolve credentials|credential is missing/i.test(error.message);
  if (!absent) return undefined;
  const expired = /expired|sso/i.test(error.message);
  return awsError({
    code: expired ? "CredentialsExpired" : "CredentialsMissing",
    message: expired ? "The AWS credentials have expired." : "There are no AWS credentials.",
    why: error.message,
    hint: expired ? `aws sso login (or refresh them); ${bothWays}` : bothWays,
    docs: "https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html",
    cause: error,
  });
};

const invalidCredentials = [
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "AuthFailure",
  "InvalidAccessKeyId",
  "RequestExpired",
];

const rejected: Explain = (error) => {
  if (!invalidCredentials.includes(error.name)) return undefined;
  const expired = /expired/i.test(error.name) || /expired/i.test(error.message);
  return awsError({
    code: expired ? "CredentialsExpired" : "CredentialsInvalid",
    message: expired ? "The AWS credentials have expired." : "AWS does not accept the credentials.",
    why: error.message,
    hint: bothWays,
    cause: error,
  });
};

const deniedNames = [
  "AccessDenied",
  "AccessDeniedException",
  "UnauthorizedOperation",
  "AuthorizationError",
  "AuthorizationErrorException",
  "NotAuthorized",
  "UnauthorizedException",
];

/** `User: arn:… is not authorized to perform: ecs:CreateCluster on resource: arn:… because no identity-based policy …` */
const deniedWords =
  /(?:User: (?<who>\S+) )?is not authorized to perform: (?<action>[\w-]+:\w+)(?: on resource: (?<resource>\S+))?/;

/** Which kind of policy said no (IAM user guide, "Troubleshoot access denied error messages"). */
const forbidden = /with an explicit deny(?: in an? (?<kind>[\w -]*(?:policy|boundary)))?/;
const notAllowed = /because no (?<kind>[\w -]*(?:policy|boundary)) allows/;

const denied: Explain = (error) => {
  const words = deniedWords.exec(error.message)?.groups;
  if (!words && !deniedNames.includes(error.name)) return undefined;
  const action = words?.["action"] ?? "the action";
  const resource = words?.["resource"]?.replace(/[.,]$/, "") ?? "*";
  const who = words?.["who"] ? ` for ${words["who"]}` : "";
  return awsError({
    code: "AccessDenied",
    message: `AWS refused ${action}${resource === "*" ? "" : ` on ${resource}`}${who}.`,
    why: error.message.split("Encoded authorization failure message")[0]?.trim(),
    hint: words
      ? adviseOnDenial(error.message, action, resource)
      : "Ask who manages the account for the permission, or show them: ecsctl iam policy --for COMMAND",
    cause: error,
  });
};

/** The statement that is missing, and where; or that there is one too many. */
function adviseOnDenial(message: string, action: string, resource: string): string {
  const forbids = forbidden.exec(message);
  if (forbids)
    return `A Deny in the ${forbids.groups?.["kind"] ?? "policies"} forbids it, so no Allow helps. It must leave out ${action} on ${resource}.`;
  const kind = notAllowed.exec(message)?.groups?.["kind"] ?? "identity-based policy";
  const statement = JSON.stringify({ Effect: "Allow", Action: action, Resource: resource });
  const where = kind === "identity-based policy" ? "policy" : kind;
  return `Add this statement to the ${where}: ${statement}\nAll that a command needs: ecsctl iam policy --for COMMAND`;
}

const unreachableCodes = [
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
];

/** A connection that never came about. Node wraps several attempts (IPv4, IPv6) in one AggregateError. */
const unreachable: Explain = (error) => {
  const first = [error, ...((error.errors ?? []) as SdkError[])].find((one) =>
    unreachableCodes.includes(one.code ?? ""),
  );
  const timedOut = error.name === "TimeoutError";
  if (!first && !timedOut) return undefined;
  const message = first?.message || error.message;
  const where =
    first?.address === undefined ? (/(?:ENOTFOUND|EAI_AGAIN) (\S+)/.exec(message)?.[1] ?? "") : addressOf(first);
  return awsError({
    code: "EndpointUnreachable",
    message: `AWS cannot be reached${where ? ` at ${where}` : ""}.`,
    why: message,
    hint: isLoopback(first?.address)
      ? "If that is the sandbox: ecsctl sandbox start; otherwise unset AWS_ENDPOINT_URL."
      : "Check the network, the region's name and AWS_ENDPOINT_URL; or add --sandbox.",
    cause: error,
  });
};

const addressOf = ({ address = "", port }: SdkError): string => (port === undefined ? address : `${address}:${port}`);
const isLoopback = (address: string | undefined): boolean => address === "::1" || (address ?? "").startsWith("127.");

const region: Explain = (error) =>
  /^region is missing/i.test(error.message)
    ? usageError({
        code: "RegionMissing",
        message: "There is no AWS region.",
        hint: "Give --region, set AWS_REGION, or write region: into ecsctl.yaml.",
        cause: error,
      })
    : undefined;

/** The names under which AWS asks to slow down. */
export const throttlingNames: readonly string[] = [
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "TooManyRequestsException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "PriorRequestNotComplete",
];

const throttled: Explain = (error) =>
  throttlingNames.includes(error.name)
    ? awsError({
        code: "Throttled",
        message: `AWS asks to slow down${operationOf(error)}, after ${error.$metadata?.attempts ?? "several"} attempts.`,
        why: error.message,
        hint: "The same command again in a minute goes on where this one stopped.",
        cause: error,
      })
    : undefined;

/** Everything else that came from AWS: its own code and words, which say it best. */
const answered: Explain = (error) => {
  const status = error.$metadata?.httpStatusCode;
  if (error.$fault === undefined && status === undefined) return undefined;
  const fault = error.$fault === "server" || (status ?? 0) >= 500;
  const request = error.$metadata?.requestId;
  return awsError({
    code: error.name,
    message: `AWS ${fault ? "failed" : "refused"}${operationOf(error)}: ${error.message || error.name}`,
    why: request ? `Error code ${error.name}, request ${request}.` : `Error code ${error.name}.`,
    hint: fault ? "The same command again goes on where this one stopped." : undefined,
    cause: error,
  });
};

/** ` ecs:CreateService`, when the client has noted it. */
function operationOf(error: SdkError): string {
  const noted = (error as { ecsctlOperation?: unknown }).ecsctlOperation;
  return typeof noted === "string" ? ` ${noted}` : "";
}

const explanations: readonly Explain[] = [credentials, rejected, denied, unreachable, region, throttled, answered];

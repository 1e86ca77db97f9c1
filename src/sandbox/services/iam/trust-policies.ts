import { MalformedPolicyDocumentException } from "@aws-sdk/client-iam";
import { meta } from "../../wire/api.ts";

/** The trust policy that lets one service take a role, as the text that AWS writes. */
export function trustPolicyFor(service: string): string {
  const statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** How IAM gives policies back: percent-encoded as in RFC 3986. */
export function encodePolicy(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Refuses a policy that IAM would refuse by its form. `trust`: who may take a role; otherwise what is allowed. */
export function checkPolicy(text: string | undefined, kind: "trust" | "permissions"): string {
  for (const statement of statementsOf(text ?? "")) {
    const has = (field: string): boolean => field in statement;
    if (!has("Effect")) throw malformed("Missing required field Effect");
    if (kind === "trust" && (has("Resource") || has("NotResource"))) throw malformed("Has prohibited field Resource");
    if (kind === "trust" && !has("Principal") && !has("NotPrincipal"))
      throw malformed("Missing required field Principal");
    if (kind === "permissions" && has("Principal")) throw malformed("Policy document should not specify a principal.");
    if (!has("Action") && !has("NotAction")) throw malformed("Missing required field Action");
    if (kind === "permissions" && !has("Resource") && !has("NotResource"))
      throw malformed("Policy statement must contain resources.");
  }
  return text ?? "";
}

function statementsOf(text: string): object[] {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw malformed("This policy contains invalid Json");
  }
  if (typeof policy !== "object" || policy === null) throw malformed("Syntax errors in policy.");
  const { Statement: statements } = policy as { Statement?: unknown };
  const list: unknown[] = [statements].flat();
  if (statements === undefined || list.length === 0) throw malformed("Missing required field Statement");
  if (!list.every((one): one is object => typeof one === "object" && one !== null))
    throw malformed("Syntax errors in policy.");
  return list;
}

function malformed(message: string): MalformedPolicyDocumentException {
  return new MalformedPolicyDocumentException({ message, ...meta });
}

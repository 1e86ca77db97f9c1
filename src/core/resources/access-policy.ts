import { isDeepStrictEqual } from "node:util";

/** One statement of a resource's own policy. */
export interface AccessStatement {
  Sid: string;
  Effect: "Allow";
  Principal: { Service: string | readonly string[] };
  Action: string | readonly string[];
  Resource: string;
  Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

interface Policy {
  Version?: string;
  Statement?: unknown[];
}

function readPolicy(text: string | undefined): Policy {
  if (text === undefined || text === "") return {};
  try {
    return JSON.parse(text) as Policy;
  } catch {
    return {};
  }
}

const sidOf = (statement: unknown): unknown =>
  typeof statement === "object" && statement !== null ? (Reflect.get(statement, "Sid") as unknown) : undefined;

/** Whether a policy has exactly that statement. */
export const hasStatement = (text: string | undefined, wanted: AccessStatement): boolean =>
  (readPolicy(text).Statement ?? []).some((one) => isDeepStrictEqual(one, wanted));

/** The policy with that statement in place of the one of its Sid; what others put there stays. */
export function withStatement(text: string | undefined, wanted: AccessStatement): string {
  const { Version = "2012-10-17", Statement = [], ...rest } = readPolicy(text);
  const others = Statement.filter((one) => sidOf(one) !== wanted.Sid);
  return JSON.stringify({ Version, ...rest, Statement: [...others, wanted] });
}

/** Lets the account's EventBridge rules do something with a resource of that ARN, and no other account's. */
export function admitEvents(arn: string, action: string): AccessStatement {
  const [, partition = "aws", , region = "", account = ""] = arn.split(":");
  return {
    Sid: "ecsctl-events",
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: action,
    Resource: arn,
    Condition: { ArnLike: { "aws:SourceArn": `arn:${partition}:events:${region}:${account}:rule/*` } },
  };
}

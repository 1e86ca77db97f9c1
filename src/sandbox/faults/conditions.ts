import { isLike } from "./like.ts";

/** What is known of a call, by condition key in lower case; a list where a key has several values. */
export type Context = ReadonlyMap<string, string | readonly string[]>;

/** One test of a `Condition` block. */
export interface Condition {
  operator: Operator;
  /** In lower case: condition keys do not mind. */
  key: string;
  values: string[];
  /** `IfExists`: it also holds where the key is absent. */
  ifExists: boolean;
  /** `ForAllValues`, `ForAnyValue`. */
  set: "all" | "any" | undefined;
}

const operators = [
  "StringEquals",
  "StringNotEquals",
  "StringEqualsIgnoreCase",
  "StringNotEqualsIgnoreCase",
  "StringLike",
  "StringNotLike",
  "ArnEquals",
  "ArnNotEquals",
  "ArnLike",
  "ArnNotLike",
  "Null",
] as const;
type Operator = (typeof operators)[number];

/** The keys that the sandbox knows the value of: others would be absent here and there on AWS. */
const keys = [
  /^aws:(requestedregion|tagkeys|resourceaccount|principalaccount)$/,
  /^aws:(request|resource)tag\/.+$/,
  /^(ecs|ec2|ecr|iam|autoscaling|elasticloadbalancing|secretsmanager)(:resourcetag\/.+)$/,
  /^iam:(passedtoservice|policyarn|awsservicename)$/,
  /^ecs:cluster$/,
  /^ec2:(createaction|launchtemplate)$/,
  /^application-autoscaling:(service-namespace|scalable-dimension)$/,
];
const known =
  "aws:RequestedRegion, aws:TagKeys, aws:RequestTag/…, aws:ResourceTag/…, aws:ResourceAccount, iam:PassedToService, " +
  "iam:PolicyARN, iam:AWSServiceName, ecs:cluster, ec2:CreateAction, ec2:LaunchTemplate, " +
  "application-autoscaling:service-namespace and application-autoscaling:scalable-dimension";

/** Reads a `Condition` block. Throws with the reason for what the sandbox cannot evaluate. */
export function readConditions(value: unknown, where: string): Condition[] {
  return entriesOf(value ?? {}, where).flatMap(([written, tests]) =>
    entriesOf(tests, where).map(([key, values]) => readCondition(written, key, values, where)),
  );
}

function entriesOf(value: unknown, where: string): [name: string, value: unknown][] {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw new Error(`${where}: a Condition looks like {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}`);
}

function readCondition(written: string, key: string, values: unknown, where: string): Condition {
  const [, set, name = "", suffix] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(written) ?? [];
  const operator = operators.find((one) => one === name);
  const folded = key.toLowerCase();
  if (!operator || !keys.some((pattern) => pattern.test(folded)))
    throw new Error(
      `${where}: the sandbox cannot evaluate the condition ${written} ${key}, only ` +
        `${operators.join(", ")} (with IfExists, ForAllValues, ForAnyValue) of ${known}`,
    );
  const list = Array.isArray(values) ? values : [values];
  return {
    operator,
    key: folded.replace(/^(?!aws:)[\w-]+(?=:resourcetag\/)/, "aws"),
    values: list.map(String),
    ifExists: suffix !== undefined,
    set: set === undefined ? undefined : set === "ForAllValues" ? "all" : "any",
  };
}

/** True when a test holds; an absent key fails it, unless it says `IfExists` or is negated (IAM JSON policy elements). */
export function holds({ operator, key, values, ifExists, set }: Condition, context: Context): boolean {
  const found = context.get(key);
  const present = found === undefined ? [] : typeof found === "string" ? [found] : found;
  if (operator === "Null") return values.includes(String(present.length === 0));
  const negated = operator.includes("Not");
  if (present.length === 0) return ifExists || set === "all" || (negated && set === undefined);
  const test = testOf(operator);
  const passes = (value: string): boolean => values.some((wanted) => test(wanted, value)) !== negated;
  return set === "all"
    ? present.every(passes)
    : negated && set === undefined
      ? present.every(passes)
      : present.some(passes);
}

/** `ArnEquals` takes wildcards as `ArnLike` does, each within its part of the ARN; `StringEquals` takes none. */
function testOf(operator: Operator): (wanted: string, value: string) => boolean {
  if (operator.endsWith("IgnoreCase")) return (wanted, value) => wanted.toLowerCase() === value.toLowerCase();
  if (operator.startsWith("Arn")) return isLikeArn;
  return operator.endsWith("Like") ? isLike : (wanted, value) => wanted === value;
}

/** The six parts of an ARN; the last one may have colons of its own. */
function isLikeArn(wanted: string, value: string): boolean {
  const parts = (arn: string): string[] => [...arn.split(":").slice(0, 5), arn.split(":").slice(5).join(":")];
  const found = parts(value);
  return parts(wanted).every((pattern, index) => isLike(pattern, found[index] ?? ""));
}

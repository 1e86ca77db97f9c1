import { type Condition, type Context, holds, readConditions } from "./conditions.ts";
import { isLike } from "./like.ts";

/** One statement of an IAM policy, as far as the sandbox evaluates it. */
export interface Statement {
  effect: "Allow" | "Deny";
  actions: string[];
  /** `NotAction` instead of `Action`. */
  otherActions: boolean;
  resources: string[];
  /** `NotResource` instead of `Resource`. */
  otherResources: boolean;
  conditions: Condition[];
}

/** What a call asks for. Each resource is decided by itself. */
export interface Question {
  action: string;
  resource: string;
  context: Context;
}

/**
 * Reads an identity policy (a document, or its text parsed). Throws with the reason for what is no policy, and for
 * conditions that the sandbox cannot evaluate: to ignore one would allow or refuse too much.
 */
export function readPolicy(document: unknown): Statement[] {
  const policy = asRecord(document);
  const statements = asList(policy?.["Statement"]);
  if (!policy || statements.length === 0) throw new Error("it has no Statement");
  refuseOthers(policy, ["Version", "Id", "Statement"], "the policy");
  const { Version } = policy;
  if (Version !== undefined && Version !== newest && Version !== "2008-10-17")
    throw new Error(`its Version is ${JSON.stringify(Version)}, and there are "${newest}" and "2008-10-17"`);
  // Older ones, and those that do not say, have no variables: what looks like one stands for itself.
  if (Version === newest) refuseVariables(policy["Statement"]);
  return statements.map((statement, index) => readStatement(statement, index + 1));
}

const newest = "2012-10-17";
const elements = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];

function readStatement(value: unknown, number: number): Statement {
  const raw = asRecord(value) ?? {};
  const where = `statement ${number}`;
  const effect = raw["Effect"];
  if (effect !== "Allow" && effect !== "Deny") throw new Error(`${where}: Effect must be Allow or Deny`);
  if (raw["Principal"] !== undefined || raw["NotPrincipal"] !== undefined)
    throw new Error(`${where} has a Principal, which only the policy of a resource may have`);
  refuseOthers(raw, elements, where);
  const [actions, otherActions] = readOneOf(raw, "Action", where);
  const [resources, otherResources] = readOneOf(raw, "Resource", where);
  const strange = actions.find((action) => action !== "*" && !/^[\w-]+:[\w*?]+$/.test(action));
  if (strange !== undefined) throw new Error(`${where}: ${strange} is no action; one looks like ecs:CreateCluster`);
  const odd = resources.find((resource) => resource !== "*" && !resource.startsWith("arn:"));
  if (odd !== undefined) throw new Error(`${where}: ${odd} is no resource; it is * or an ARN`);
  const conditions = readConditions(raw["Condition"], where);
  return { effect, actions, otherActions, resources, otherResources, conditions };
}

/** A misspelt element would be passed over, and the policy allow or forbid more than it says. */
function refuseOthers(raw: object, known: readonly string[], where: string): void {
  const other = Object.keys(raw).find((name) => !known.includes(name));
  if (other !== undefined) throw new Error(`${where} has ${other}, and can only have ${known.join(", ")}`);
}

function refuseVariables(statements: unknown): void {
  const variable = /\$\{[^}]*\}/.exec(JSON.stringify(statements))?.[0];
  if (variable !== undefined)
    throw new Error(`the sandbox does not know what the variable ${variable} stands for: write it out`);
}

/** `Action` or `NotAction`, never both; true for the second. */
function readOneOf(raw: Record<string, unknown>, name: string, where: string): [texts: string[], other: boolean] {
  const plain = readTexts(raw[name], `${where}: ${name}`);
  const other = readTexts(raw[`Not${name}`], `${where}: Not${name}`);
  if (plain.length > 0 && other.length > 0) throw new Error(`${where} has both ${name} and Not${name}`);
  if (plain.length === 0 && other.length === 0) throw new Error(`${where} has no ${name}`);
  return plain.length > 0 ? [plain, false] : [other, true];
}

const asList = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const asRecord = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

function readTexts(value: unknown, where: string): string[] {
  return asList(value).map((one) => {
    if (typeof one === "string") return one;
    throw new Error(`${where} must be a text or a list of texts, and has ${JSON.stringify(one)}`);
  });
}

export type Verdict = "allowed" | "denied" | "not allowed";

/** IAM's rule: one `Deny` that matches refuses, else one `Allow` must match (policy evaluation logic, IAM user guide). */
export function evaluate(policy: readonly Statement[], question: Question): Verdict {
  const matching = policy.filter((statement) => matches(statement, question));
  if (matching.some(({ effect }) => effect === "Deny")) return "denied";
  return matching.length > 0 ? "allowed" : "not allowed";
}

function matches(statement: Statement, { action, resource, context }: Question): boolean {
  const named = statement.actions.some((pattern) => isLike(pattern.toLowerCase(), action.toLowerCase()));
  if (named === statement.otherActions) return false;
  const meant = statement.resources.some((pattern) => isLike(pattern, resource));
  if (meant === statement.otherResources) return false;
  return statement.conditions.every((condition) => holds(condition, context));
}

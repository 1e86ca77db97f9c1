/** One statement of an IAM policy, as far as the sandbox evaluates it. */
export interface Statement {
  effect: "Allow" | "Deny";
  actions: string[];
  /** `NotAction` instead of `Action`. */
  otherActions: boolean;
  resources: string[];
  /** Values that a condition key must have, wildcards allowed. */
  conditions: { key: string; values: string[] }[];
}

/** What a call asks for. Each resource is decided by itself. */
export interface Question {
  action: string;
  resource: string;
  conditions: Readonly<Record<string, string>>;
}

const conditionKeys = ["aws:RequestedRegion", "iam:PassedToService"];
const operators = ["StringEquals", "StringLike"];

/**
 * Reads an identity policy (a document, or its text parsed). Throws with the reason for what is no policy, and for
 * conditions that the sandbox cannot evaluate: to ignore one would allow or refuse too much.
 */
export function readPolicy(document: unknown): Statement[] {
  const statements = asList((document as { Statement?: unknown } | null)?.Statement);
  if (statements.length === 0) throw new Error("it has no Statement");
  return statements.map((statement, index) => readStatement(statement, index + 1));
}

function readStatement(value: unknown, number: number): Statement {
  const raw = (value ?? {}) as Record<string, unknown>;
  const where = `statement ${number}`;
  const effect = raw["Effect"];
  if (effect !== "Allow" && effect !== "Deny") throw new Error(`${where}: Effect must be Allow or Deny`);
  const actions = readTexts(raw["Action"] ?? raw["NotAction"]);
  if (actions.length === 0) throw new Error(`${where} has no Action`);
  const resources = readTexts(raw["Resource"]);
  if (resources.length === 0) throw new Error(`${where} has no Resource`);
  const conditions = readConditions(raw["Condition"], where);
  return { effect, actions, otherActions: raw["Action"] === undefined, resources, conditions };
}

function readConditions(value: unknown, where: string): Statement["conditions"] {
  return Object.entries((value ?? {}) as Record<string, Record<string, unknown>>).flatMap(([operator, tests]) =>
    Object.entries(tests).map(([key, values]) => {
      if (!operators.includes(operator) || !conditionKeys.includes(key))
        throw new Error(
          `${where}: the sandbox cannot evaluate the condition ${operator} ${key}, only ` +
            `${operators.join(" and ")} of ${conditionKeys.join(" and ")}`,
        );
      return { key, values: readTexts(values) };
    }),
  );
}

const asList = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
const readTexts = (value: unknown): string[] => asList(value).filter((one) => typeof one === "string");

/** IAM's rule: one `Deny` that matches refuses, else one `Allow` must match (policy evaluation logic, IAM user guide). */
export function evaluate(policy: readonly Statement[], question: Question): "allowed" | "denied" | "not allowed" {
  const matching = policy.filter((statement) => matches(statement, question));
  if (matching.some(({ effect }) => effect === "Deny")) return "denied";
  return matching.length > 0 ? "allowed" : "not allowed";
}

function matches(statement: Statement, { action, resource, conditions }: Question): boolean {
  const named = statement.actions.some((pattern) => isLike(pattern.toLowerCase(), action.toLowerCase()));
  return (
    named !== statement.otherActions &&
    statement.resources.some((pattern) => isLike(pattern, resource)) &&
    statement.conditions.every(({ key, values }) => values.some((value) => isLike(value, conditions[key] ?? "")))
  );
}

/** `*` is any text, `?` any one character. */
export function isLike(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}

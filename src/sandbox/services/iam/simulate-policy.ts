import type * as iam from "@aws-sdk/client-iam";
import { InvalidInputException, NoSuchEntityException, type EvaluationResult } from "@aws-sdk/client-iam";
import type { Context } from "../../faults/conditions.ts";
import { evaluate, readPolicy, type Statement, type Verdict } from "../../faults/policy.ts";
import { meta, page, type Handler } from "../../wire/api.ts";
import { roles } from "./records.ts";

interface Simulated {
  ActionNames: string[] | undefined;
  ResourceArns?: string[] | undefined;
  ContextEntries?: iam.ContextEntry[] | undefined;
  MaxItems?: number | undefined;
  Marker?: string | undefined;
}

/** IAM's words for a verdict (EvaluationResult, IAM API reference). */
const decisions = { allowed: "allowed", denied: "explicitDeny", "not allowed": "implicitDeny" } as const;

type Judge = (question: { action: string; resource: string; context: Context }) => Verdict;

function simulate(input: Simulated, judge: Judge) {
  const { ActionNames = [], ResourceArns = ["*"], ContextEntries = [] } = input;
  const strange = ActionNames.find((action) => !/^[\w-]+:\w+$/.test(action));
  if (strange !== undefined)
    throw new InvalidInputException({ message: `Invalid Input Syntax for Action Name: ${strange}`, ...meta });
  const entries = ContextEntries.map(({ ContextKeyName = "", ContextKeyValues = [] }) => {
    return [ContextKeyName.toLowerCase(), ContextKeyValues] as const;
  });
  const context = new Map(entries);
  const results: EvaluationResult[] = ActionNames.flatMap((action) =>
    ResourceArns.map((resource) => ({
      EvalActionName: action,
      EvalResourceName: resource,
      EvalDecision: decisions[judge({ action, resource, context })],
      MatchedStatements: [],
      MissingContextValues: [],
    })),
  );
  const { items, next } = page(results, input.Marker, input.MaxItems ?? 100);
  return { EvaluationResults: items, IsTruncated: next !== undefined, ...(next === undefined ? {} : { Marker: next }) };
}

const parse = (texts: readonly string[] | undefined): Statement[] =>
  (texts ?? []).flatMap((text) => {
    try {
      return readPolicy(JSON.parse(text));
    } catch (error) {
      throw new InvalidInputException({ message: `Invalid Input: ${(error as Error).message}`, ...meta });
    }
  });

/** What the policies that are enforced now would say; without any, everybody may do everything. */
export const simulatePrincipalPolicy: Handler<typeof iam, "SimulatePrincipalPolicy"> = (input, { region }) => {
  const arn = input.PolicySourceArn ?? "";
  const [, kind, name = ""] = /:(user|role|group)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  const { world } = region;
  if (kind === undefined) throw new InvalidInputException({ message: `Invalid Entity Arn: ${arn}`, ...meta });
  if (kind === "role" && !roles(world.global).has(name))
    throw new NoSuchEntityException({ message: `The role with name ${name} cannot be found.`, ...meta });
  const added = parse(input.PolicyInputList);
  return simulate(input, (question) => {
    const verdict = world.judge(question, true);
    if (added.length === 0 || verdict === "denied") return verdict;
    const more = evaluate(added, question);
    return more === "not allowed" ? verdict : more;
  });
};

export const simulateCustomPolicy: Handler<typeof iam, "SimulateCustomPolicy"> = (input) => {
  const policy = parse(input.PolicyInputList);
  return simulate(input, (question) => evaluate(policy, question));
};

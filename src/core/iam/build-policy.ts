import { type CommandName, partsOf } from "./command-names.ts";
import type { Grant } from "./grant.ts";
import type { Names, Place } from "./names.ts";
import { type Conditions, type Scope, type ScopeName, scopes } from "./scopes.ts";
import { grants } from "./table.ts";

/** A statement of an IAM policy, as far as ecsctl writes any. */
export interface PolicyStatement {
  Sid: string;
  Effect: "Allow";
  Action: string[];
  Resource: string | string[];
  Condition?: Conditions;
}

/** An IAM policy document. */
export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: PolicyStatement[];
}

/** The rows of the table for these commands on such a project. */
export function findGrants(commands: readonly CommandName[], names: Names): Grant[] {
  const wanted = new Set(commands.flatMap(partsOf));
  return grants.filter(
    (grant) => grant.for.some((command) => wanted.has(command)) && (!grant.needs || names[grant.needs] !== undefined),
  );
}

/** The least policy for these commands: one statement for each thing that is acted on. */
export function buildPolicy(commands: readonly CommandName[], names: Names, place: Place): PolicyDocument {
  const actions = new Map<ScopeName, Set<string>>();
  for (const grant of findGrants(commands, names)) {
    const known = actions.get(grant.on) ?? new Set();
    for (const action of grant.actions) known.add(action);
    actions.set(grant.on, known);
  }
  const Statement = [...actions].flatMap(([name, set]) => {
    const scope: Scope | undefined = scopes[name](names, place);
    return scope && scope.resources.length > 0 ? [writeStatement(name, [...set].toSorted(), scope)] : [];
  });
  return { Version: "2012-10-17", Statement };
}

function writeStatement(name: ScopeName, Action: string[], { resources, conditions }: Scope): PolicyStatement {
  const [only = "*", ...more] = resources;
  return {
    Sid: name.charAt(0).toUpperCase() + name.slice(1),
    Effect: "Allow",
    Action,
    Resource: more.length === 0 ? only : resources,
    ...(conditions ? { Condition: conditions } : {}),
  };
}

/** How long a managed policy may be, and all inline policies of a role, without white space (IAM and STS quotas, IAM user guide). */
export const longestPolicy = 6144;
export const longestInline = 10_240;
/** How many managed policies a user or role may have; who needs more asks Service Quotas. */
export const mostPolicies = 10;

/** The characters that IAM counts. */
export const lengthOf = (document: PolicyDocument): number => JSON.stringify(document).replaceAll(/\s/g, "").length;

/** The same permissions in as few managed policies as possible, statement by statement; one that is too long is cut. */
export function splitPolicy(document: PolicyDocument): PolicyDocument[] {
  const parts: PolicyDocument[] = [];
  for (const statement of document.Statement.flatMap(cutStatement)) {
    const last = parts.at(-1);
    const longer = last && { ...last, Statement: [...last.Statement, statement] };
    if (longer && lengthOf(longer) <= longestPolicy) parts[parts.length - 1] = longer;
    else parts.push({ Version: "2012-10-17", Statement: [statement] });
  }
  return parts;
}

/** Halves, until each has room in a policy: of what it is about, else of what is allowed. Two never share a policy. */
function cutStatement(statement: PolicyStatement): PolicyStatement[] {
  if (lengthOf({ Version: "2012-10-17", Statement: [statement] }) <= longestPolicy) return [statement];
  const { Resource, Action } = statement;
  if (typeof Resource !== "string" && Resource.length > 1)
    return halve(Resource).flatMap((half) => cutStatement({ ...statement, Resource: half }));
  if (Action.length > 1) return halve(Action).flatMap((half) => cutStatement({ ...statement, Action: half }));
  return [statement];
}

const halve = (list: readonly string[]): string[][] => {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
};

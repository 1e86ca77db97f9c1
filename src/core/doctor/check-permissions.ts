import type { ContextEntry } from "@aws-sdk/client-iam";
import type { Aws } from "../aws/aws.ts";
import type { PolicyDocument, PolicyStatement } from "../iam/build-policy.ts";
import { failed, isRefusal, ok, type Outcome, skipped } from "./check.ts";
import type { Identity } from "./check-account.ts";

/** How many simulations run side by side: IAM throttles early. */
const atOnce = 4;
/** Actions that are named before "and N more". */
const named = 6;

/** Whether the caller may do everything that a policy allows, by IAM's own simulation: nothing is really done. */
export async function checkPermissions(
  aws: Aws,
  { arn }: Identity,
  policy: PolicyDocument,
  commands: readonly string[],
): Promise<Outcome> {
  if (arn.endsWith(":root")) return ok("the account's root may do everything; a user or role with less is safer");
  const principal = await findPrincipal(aws, arn);
  if (principal === undefined) return skipped(`${arn} is no user or role that IAM can simulate`);
  const remedy = `ecsctl iam policy ${commands.map((command) => `--for ${quote(command)}`).join(" ")}`;
  try {
    const denied = new Set<string>();
    const left = [...policy.Statement];
    const work = async (): Promise<void> => {
      for (let one = left.shift(); one; one = left.shift())
        for (const action of await simulate(aws, principal, one)) denied.add(action);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    const count = new Set(policy.Statement.flatMap(({ Action }) => Action)).size;
    if (denied.size === 0) return ok(`${principal} may do all ${count} actions of ${describe(commands)}`);
    const list = [...denied].toSorted();
    const more = list.length > named ? ` and ${list.length - named} more` : "";
    return failed(
      `${principal} may not: ${list.slice(0, named).join(", ")}${more}.`,
      `Attach what it prints: ${remedy}`,
    );
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return skipped(`${principal} may not ask (iam:SimulatePrincipalPolicy)`, `What is needed: ${remedy}`);
  }
}

const describe = (commands: readonly string[]): string =>
  commands.includes("all") ? "all commands" : commands.join(", ");
const quote = (command: string): string => (command.includes(" ") ? `"${command}"` : command);

/** The user or role behind the caller; a role's session says its name only, and its path is IAM's to tell. */
async function findPrincipal(aws: Aws, arn: string): Promise<string | undefined> {
  if (/^arn:[\w-]+:iam::\d+:(user|role)\//.test(arn)) return arn;
  const [, partition, account, name] = /^arn:([\w-]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (name === undefined) return undefined;
  try {
    return (await aws.call("iam", "GetRole", { RoleName: name })).Role?.Arn;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return `arn:${partition}:iam::${account}:role/${name}`;
  }
}

/** The actions of a statement that IAM would refuse. */
async function simulate(aws: Aws, PolicySourceArn: string, statement: PolicyStatement): Promise<string[]> {
  const results = await aws.all(
    "iam",
    "SimulatePrincipalPolicy",
    {
      PolicySourceArn,
      ActionNames: statement.Action,
      ResourceArns: [statement.Resource].flat(),
      ContextEntries: contextOf(statement),
    },
    (page) => page.EvaluationResults,
  );
  return results
    .filter(({ EvalDecision }) => EvalDecision !== "allowed")
    .map(({ EvalActionName = "" }) => EvalActionName);
}

/** What the calls would say of themselves: the values that the statement's conditions ask for. */
const contextOf = ({ Condition = {} }: PolicyStatement): ContextEntry[] =>
  Object.values(Condition).flatMap((tests) =>
    Object.entries(tests).map(([ContextKeyName, value]) => ({
      ContextKeyName,
      // One value is enough: a list of a condition is a choice.
      ContextKeyValues: [value].flat().slice(0, 1),
      ContextKeyType: "string" as const,
    })),
  );

import { evaluate, readPolicy } from "../faults/policy.ts";
import { roles } from "../services/iam/records.ts";
import { lastPart } from "./records/ecs.ts";
import { accountId, type Region } from "./world.ts";

/** Managed policies that allow to read secrets; the sandbox knows the names of managed policies, not their texts. */
const readers: readonly [policy: RegExp, actions: RegExp][] = [
  [/\/AdministratorAccess$/, /./],
  [/\/SecretsManagerReadWrite$/, /^secretsmanager:/],
  [/\/AmazonSSM(ReadOnly|Full)Access$/, /^ssm:/],
];

/**
 * Why a role may not do something, in AWS's words; undefined when it may. `session` is the task's id, which ECS takes
 * for the session's name.
 */
export function findDenial(
  region: Region,
  asked: { roleArn: string; session: string; action: string; resource: string },
): string | undefined {
  const { roleArn, session, action, resource } = asked;
  const role = roles(region.world.global).get(lastPart(roleArn));
  const user = `User: arn:aws:sts::${accountId}:assumed-role/${lastPart(roleArn)}/${session}`;
  const question = { action, resource, context: new Map([["aws:requestedregion", region.name]]) };
  const verdicts = Object.values(role?.inline ?? {}).map((text) => decide(text, question));
  const refused = `${user} is not authorized to perform: ${action} on resource: ${resource}`;
  if (verdicts.includes("denied")) return `${refused} with an explicit deny in an identity-based policy`;
  const managed = role?.attached.some((arn) => readers.some(([policy, what]) => policy.test(arn) && what.test(action)));
  if (managed || verdicts.includes("allowed")) return undefined;
  return `${refused} because no identity-based policy allows the ${action} action`;
}

/** A policy that the sandbox cannot read allows: to refuse for it would be to invent a failure. */
function decide(text: string, question: Parameters<typeof evaluate>[1]): ReturnType<typeof evaluate> {
  try {
    return evaluate(readPolicy(JSON.parse(text)), question);
  } catch {
    return "allowed";
  }
}

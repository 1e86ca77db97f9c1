import type { Members } from "../wire/codecs.ts";
import { accountId, type Region } from "../world/world.ts";
import { type AskedAlong, askedAlong } from "./asked-along.ts";
import type { Context } from "./conditions.ts";
import { evaluate, type Question, type Statement } from "./policy.ts";
import { actionOf, resourcesOf } from "./resources.ts";
import { requestedTags, resourceTags } from "./tags.ts";
import { deniedError } from "./words.ts";

/** A call, and where it would act. */
export interface Asked {
  signingName: string;
  operation: string;
  input: Members;
  region: Region;
  accessKeyId?: string | undefined;
  /** Whom a refusal names; else the user of the keys. */
  user?: string | undefined;
}

/** Who may always be asked, whatever a policy says (GetCallerIdentity, STS API reference). */
const alwaysAllowed = ["sts:GetCallerIdentity"];

/**
 * Throws AWS's refusal when the policy does not allow the call and all that AWS asks for along with it. `hear` is told
 * every question that is decided.
 */
export function enforce(policy: readonly Statement[], asked: Asked, hear?: (question: Question) => void): void {
  for (const question of questionsOf(asked)) {
    hear?.(question);
    const verdict = evaluate(policy, question);
    if (verdict === "allowed") continue;
    const { action, resource } = question;
    const user = asked.user ?? arnOfUser(asked.accessKeyId);
    throw deniedError(asked.signingName, { user, action, resource, explicit: verdict === "denied" });
  }
}

/** The user that everybody is who has these keys. */
export const arnOfUser = (accessKeyId: string | undefined): string =>
  `arn:aws:iam::${accountId}:user/${accessKeyId ?? "sandbox"}`;

/** What a call asks for: each of its resources, and what AWS wants besides. */
function questionsOf(asked: Asked): Question[] {
  const { signingName, operation, input, region } = asked;
  const action = actionOf(signingName, operation);
  if (alwaysAllowed.includes(action)) return [];
  const resources = resourcesOf(signingName, operation, input, region);
  const ask = (name: string, resource: string, keys: AskedAlong["keys"] = {}): Question => {
    return { action: name, resource, context: contextOf(asked, name, resource, keys) };
  };
  const own = resources.map((resource) => ask(action, resource));
  const along = askedAlong({ action, input, region }).flatMap(({ action: name, resource, keys }) =>
    (resource === undefined ? taggable(resources) : [resource]).map((one) => ask(name, one, keys)),
  );
  return [...own, ...along];
}

/** What a creation tags is what it makes, not where it puts it. */
const taggable = (resources: readonly string[]): string[] => resources.filter((arn) => !arn.includes(":vpc/"));

/** The condition keys of a call on one resource. */
function contextOf(
  { signingName, operation, input, region }: Asked,
  action: string,
  resource: string,
  keys: object,
): Context {
  const context = new Map<string, string | string[]>([
    ["aws:requestedregion", region.name],
    ["aws:resourceaccount", accountId],
    ["aws:principalaccount", accountId],
    ...Object.entries(keys as Record<string, string>),
  ]);
  const requested = requestedTags(input);
  // A VPC that something is put into is not what gets the tags.
  if (!resource.includes(":vpc/"))
    for (const [key, value] of Object.entries(requested)) context.set(`aws:requesttag/${key.toLowerCase()}`, value);
  if (Object.keys(requested).length > 0) context.set("aws:tagkeys", Object.keys(requested));
  for (const [key, value] of Object.entries(resourceTags(region, resource)))
    context.set(`aws:resourcetag/${key.toLowerCase()}`, value);
  const set = (key: string, value: unknown): void => void (typeof value === "string" && context.set(key, value));
  if (signingName === "ecs") set("ecs:cluster", clusterArn(input, region));
  if (signingName === "iam") set("iam:policyarn", input["PolicyArn"]);
  if (operation === "CreateServiceLinkedRole") set("iam:awsservicename", input["AWSServiceName"]);
  // Tagging knows no namespace (Service Authorization Reference).
  if (action.startsWith("application-autoscaling:") && !action.endsWith(":TagResource")) {
    set("application-autoscaling:service-namespace", input["ServiceNamespace"] ?? "ecs");
    set("application-autoscaling:scalable-dimension", input["ScalableDimension"] ?? "ecs:service:DesiredCount");
  }
  return context;
}

function clusterArn({ cluster }: Members, region: Region): string | undefined {
  if (typeof cluster !== "string") return undefined;
  return cluster.startsWith("arn:") ? cluster : region.arn("ecs", `cluster/${cluster}`);
}

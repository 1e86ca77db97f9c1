import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import type { LiveParts, Resource } from "../plan/resource.ts";
import { diffFields } from "./diff-fields.ts";

export interface LogAccessSpec {
  /** Of the policy. */
  name: string;
  /** ARNs of the log groups that EventBridge may write into. */
  groups: readonly string[];
}

export interface LogAccessLive extends LiveParts {
  groups: readonly string[];
}

/** What the console puts there too ("Using resource-based policies: CloudWatch Logs permissions", EventBridge guide). */
const document = (groups: readonly string[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: groups.map((arn) => ({
      Effect: "Allow",
      Principal: { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] },
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `${arn}:*`,
    })),
  });

function groupsIn(text: string): string[] {
  try {
    const { Statement = [] } = JSON.parse(text) as { Statement?: { Resource?: string }[] };
    return Statement.map(({ Resource = "" }) => Resource.replace(/:\*$/, ""));
  } catch {
    return [];
  }
}

async function read(aws: Aws, spec: LogAccessSpec): Promise<LogAccessLive | undefined> {
  const policies = await aws.all("logs", "DescribeResourcePolicies", {}, (page) => page.resourcePolicies);
  const found = policies.find(({ policyName }) => policyName === spec.name);
  return found && { groups: groupsIn(found.policyDocument ?? "") };
}

/** What lets EventBridge write into log groups; it carries no tags and goes with the rules that need it. */
export const logAccess: Resource<LogAccessSpec, LogAccessLive> = {
  kind: "log-access",
  read,
  diff: (spec, live) => diffFields({ groups: spec.groups.toSorted() }, live && { groups: live.groups.toSorted() }),
  async create(aws, spec) {
    await aws.call("logs", "PutResourcePolicy", { policyName: spec.name, policyDocument: document(spec.groups) });
    return { groups: spec.groups };
  },
  async update(aws, spec) {
    await aws.call("logs", "PutResourcePolicy", { policyName: spec.name, policyDocument: document(spec.groups) });
    return { groups: spec.groups };
  },
  async delete(aws, spec) {
    await unlessMissing(
      aws.call("logs", "DeleteResourcePolicy", { policyName: spec.name }),
      "ResourceNotFoundException",
    );
  },
};

import {
  InvalidParameterException,
  LimitExceededException,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import type * as logs from "@aws-sdk/client-cloudwatch-logs";
import type { ResourcePolicy } from "@aws-sdk/client-cloudwatch-logs";
import { type Handler, meta, page } from "../../wire/api.ts";
import { logPolicies, type LogPolicyRecord } from "../../world/records/logs.ts";

/** Policies of a region (CloudWatch Logs quotas). */
const mostPolicies = 10;

const describe = ({ name, document, updatedAt }: LogPolicyRecord): ResourcePolicy => ({
  policyName: name,
  policyDocument: document,
  lastUpdatedTime: updatedAt,
});

export const putResourcePolicy: Handler<typeof logs, "PutResourcePolicy"> = (input, { region }) => {
  const { policyName: name = "", policyDocument: document = "" } = input;
  try {
    JSON.parse(document);
  } catch {
    throw new InvalidParameterException({ message: "The policy document is not valid JSON.", ...meta });
  }
  const table = logPolicies(region);
  if (!table.has(name) && table.size >= mostPolicies)
    throw new LimitExceededException({ message: "Resource limit exceeded.", ...meta });
  const record = { name, document, updatedAt: Math.floor(region.world.clock.now()) };
  table.set(name, record);
  return { resourcePolicy: describe(record) };
};

export const describeResourcePolicies: Handler<typeof logs, "DescribeResourcePolicies"> = (input, { region }) => {
  const { items, next } = page([...logPolicies(region).values()], input.nextToken, input.limit ?? 50);
  return { resourcePolicies: items.map((record) => describe(record)), ...(next ? { nextToken: next } : {}) };
};

export const deleteResourcePolicy: Handler<typeof logs, "DeleteResourcePolicy"> = (input, { region }) => {
  if (!logPolicies(region).delete(input.policyName ?? ""))
    throw new ResourceNotFoundException({
      message: `Policy with name [${input.policyName}] does not exist.`,
      ...meta,
    });
  return {};
};

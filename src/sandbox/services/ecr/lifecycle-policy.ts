import { InvalidParameterException, LifecyclePolicyNotFoundException } from "@aws-sdk/client-ecr";
import type * as ecr from "@aws-sdk/client-ecr";
import { type Call, type Handler, meta } from "../../wire/api.ts";
import type { RepositoryRecord } from "../../world/records/ecr.ts";
import { accountId } from "../../world/world.ts";
import { requireRepository } from "./failures.ts";

export const putLifecyclePolicy: Handler<typeof ecr, "PutLifecyclePolicy"> = (input, call) => {
  const record = requireRepository(call, input.repositoryName);
  const text = input.lifecyclePolicyText ?? "";
  if (!isPolicy(text))
    throw new InvalidParameterException({
      message:
        "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: The lifecycle policy is not valid JSON with rules'",
      ...meta,
    });
  record.lifecyclePolicy = { text, evaluatedAt: call.region.world.clock.date() };
  return { registryId: accountId, repositoryName: record.name, lifecyclePolicyText: text };
};

export const getLifecyclePolicy: Handler<typeof ecr, "GetLifecyclePolicy"> = (input, call) => {
  const record = requireRepository(call, input.repositoryName);
  return answer(record, requirePolicy(record));
};

export const deleteLifecyclePolicy: Handler<typeof ecr, "DeleteLifecyclePolicy"> = (input, call: Call) => {
  const record = requireRepository(call, input.repositoryName);
  const policy = requirePolicy(record);
  record.lifecyclePolicy = undefined;
  return answer(record, policy);
};

type Policy = NonNullable<RepositoryRecord["lifecyclePolicy"]>;

function answer(record: RepositoryRecord, policy: Policy) {
  return {
    registryId: accountId,
    repositoryName: record.name,
    lifecyclePolicyText: policy.text,
    lastEvaluatedAt: policy.evaluatedAt,
  };
}

function requirePolicy(record: RepositoryRecord): Policy {
  if (record.lifecyclePolicy) return record.lifecyclePolicy;
  throw new LifecyclePolicyNotFoundException({
    message: `Lifecycle policy does not exist for the repository with name '${record.name}' in the registry with id '${accountId}'`,
    ...meta,
  });
}

function isPolicy(text: string): boolean {
  try {
    return Array.isArray((JSON.parse(text) as { rules?: unknown }).rules);
  } catch {
    return false;
  }
}

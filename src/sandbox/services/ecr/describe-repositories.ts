import type * as ecr from "@aws-sdk/client-ecr";
import { type Call, type Handler, page } from "../../wire/api.ts";
import { repositories, type RepositoryRecord } from "../../world/records/ecr.ts";
import { accountId } from "../../world/world.ts";
import { requireRepository } from "./failures.ts";

/** A repository as ECR shows it. Its URI is where the sandbox listens now, whatever the port was when it was made. */
export function describeRepository(call: Call, record: RepositoryRecord): ecr.Repository {
  return {
    repositoryArn: record.arn,
    registryId: accountId,
    repositoryName: record.name,
    repositoryUri: `${call.region.world.endpoint()}/${record.name}`,
    createdAt: record.createdAt,
    imageTagMutability: record.immutableTags ? "IMMUTABLE" : "MUTABLE",
    imageScanningConfiguration: { scanOnPush: record.scanOnPush },
    encryptionConfiguration: record.encryption,
  };
}

export const describeRepositories: Handler<typeof ecr, "DescribeRepositories"> = (input, call) => {
  const records = input.repositoryNames
    ? input.repositoryNames.map((name) => requireRepository(call, name))
    : [...repositories(call.region).values()];
  const { items, next } = page(records, input.nextToken, input.maxResults ?? 100);
  return { repositories: items.map((record) => describeRepository(call, record)), nextToken: next };
};

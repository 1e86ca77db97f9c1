import { InvalidParameterException, RepositoryAlreadyExistsException } from "@aws-sdk/client-ecr";
import type * as ecr from "@aws-sdk/client-ecr";
import { type Handler, meta } from "../../wire/api.ts";
import { repositories, type RepositoryRecord } from "../../world/records/ecr.ts";
import { accountId } from "../../world/world.ts";
import { describeRepository } from "./describe-repositories.ts";

const namePattern = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

export const createRepository: Handler<typeof ecr, "CreateRepository"> = (input, call) => {
  const name = input.repositoryName ?? "";
  if (!namePattern.test(name) || name.length < 2 || name.length > 256)
    throw new InvalidParameterException({
      message:
        "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*''",
      ...meta,
    });
  if (repositories(call.region).has(name))
    throw new RepositoryAlreadyExistsException({
      message: `The repository with name '${name}' already exists in the registry with id '${accountId}'`,
      ...meta,
    });
  const record: RepositoryRecord = {
    name,
    arn: call.region.arn("ecr", `repository/${name}`),
    createdAt: call.region.world.clock.date(),
    immutableTags: input.imageTagMutability?.startsWith("IMMUTABLE") ?? false,
    scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
    encryption: {
      encryptionType: input.encryptionConfiguration?.encryptionType === "KMS" ? "KMS" : "AES256",
      kmsKey: input.encryptionConfiguration?.kmsKey,
    },
    tags: [...(input.tags ?? [])],
  };
  repositories(call.region).set(name, record);
  return { repository: describeRepository(call, record) };
};

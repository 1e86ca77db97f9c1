import { RepositoryNotEmptyException } from "@aws-sdk/client-ecr";
import type * as ecr from "@aws-sdk/client-ecr";
import { type Handler, meta } from "../../wire/api.ts";
import { blobs, images, imagesOf, repositories } from "../../world/records/ecr.ts";
import { accountId } from "../../world/world.ts";
import { describeRepository } from "./describe-repositories.ts";
import { requireRepository } from "./failures.ts";

export const deleteRepository: Handler<typeof ecr, "DeleteRepository"> = (input, call) => {
  const record = requireRepository(call, input.repositoryName);
  if (!input.force && imagesOf(call.region, record.name).length > 0)
    throw new RepositoryNotEmptyException({
      message: `The repository with name '${record.name}' in registry with id '${accountId}' cannot be deleted because it still contains images`,
      ...meta,
    });
  for (const table of [images(call.region), blobs(call.region)])
    for (const [key, { repository }] of table) if (repository === record.name) table.delete(key);
  repositories(call.region).delete(record.name);
  return { repository: describeRepository(call, record) };
};

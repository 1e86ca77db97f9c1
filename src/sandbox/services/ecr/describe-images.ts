import type * as ecr from "@aws-sdk/client-ecr";
import { type Handler, page } from "../../wire/api.ts";
import type { ImageRecord } from "../../world/records/ecr.ts";
import { accountId } from "../../world/world.ts";
import { imageNotFound, requireRepository } from "./failures.ts";
import { filterByTagStatus, findById } from "./find-images.ts";

export const describeImages: Handler<typeof ecr, "DescribeImages"> = (input, call) => {
  const { name } = requireRepository(call, input.repositoryName);
  const chosen = input.imageIds
    ? input.imageIds.map((id) => {
        const image = findById(call.region, name, id);
        if (!image) throw imageNotFound(id, name);
        return image;
      })
    : filterByTagStatus(call.region, name, input.filter?.tagStatus);
  const { items, next } = page(chosen, input.nextToken, input.maxResults ?? 100);
  return { imageDetails: items.map(describe), nextToken: next };
};

function describe(image: ImageRecord): ecr.ImageDetail {
  return {
    registryId: accountId,
    repositoryName: image.repository,
    imageDigest: image.digest,
    ...(image.tags.length > 0 ? { imageTags: [...image.tags] } : {}),
    imageSizeInBytes: image.sizeBytes,
    imagePushedAt: image.pushedAt,
    imageManifestMediaType: image.mediaType,
    artifactMediaType: image.artifactMediaType,
  };
}

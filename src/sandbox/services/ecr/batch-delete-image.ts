import type * as ecr from "@aws-sdk/client-ecr";
import type { Handler } from "../../wire/api.ts";
import { removeImage } from "../../world/records/ecr.ts";
import { requireRepository } from "./failures.ts";
import { findById } from "./find-images.ts";

/** A tag takes the tag away, and the image with its last one; a digest takes the image and all its tags. */
export const batchDeleteImage: Handler<typeof ecr, "BatchDeleteImage"> = (input, call) => {
  const { name } = requireRepository(call, input.repositoryName);
  const imageIds: ecr.ImageIdentifier[] = [];
  const failures: ecr.ImageFailure[] = [];
  for (const imageId of input.imageIds ?? []) {
    const found = findById(call.region, name, imageId);
    if (!found) {
      failures.push({ imageId, failureCode: "ImageNotFound", failureReason: "Requested image not found" });
      continue;
    }
    const gone = imageId.imageTag === undefined ? [...found.tags] : [imageId.imageTag];
    found.tags = found.tags.filter((tag) => !gone.includes(tag));
    if (found.tags.length === 0) removeImage(call.region, found);
    if (gone.length === 0) imageIds.push({ imageDigest: found.digest });
    for (const imageTag of gone) imageIds.push({ imageDigest: found.digest, imageTag });
  }
  return { imageIds, failures };
};

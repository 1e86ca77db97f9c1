import type * as ecr from "@aws-sdk/client-ecr";
import type { Handler } from "../../wire/api.ts";
import { accountId } from "../../world/world.ts";
import { requireRepository } from "./failures.ts";
import { findById } from "./find-images.ts";

export const batchGetImage: Handler<typeof ecr, "BatchGetImage"> = (input, call) => {
  const { name } = requireRepository(call, input.repositoryName);
  const images: ecr.Image[] = [];
  const failures: ecr.ImageFailure[] = [];
  for (const imageId of input.imageIds ?? []) {
    const found = findById(call.region, name, imageId);
    if (found)
      images.push({
        registryId: accountId,
        repositoryName: name,
        imageId: { imageDigest: found.digest, imageTag: imageId.imageTag },
        imageManifest: found.manifest,
        imageManifestMediaType: found.mediaType,
      });
    else failures.push({ imageId, failureCode: "ImageNotFound", failureReason: "Requested image not found" });
  }
  return { images, failures };
};

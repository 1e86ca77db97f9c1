import * as ecr from "@aws-sdk/client-ecr";
import type { ServiceModule } from "../../wire/api.ts";
import { batchCheckLayerAvailability } from "./batch-check-layer-availability.ts";
import { batchDeleteImage } from "./batch-delete-image.ts";
import { batchGetImage } from "./batch-get-image.ts";
import { createRepository } from "./create-repository.ts";
import { deleteRepository } from "./delete-repository.ts";
import { describeImages } from "./describe-images.ts";
import { describeRepositories } from "./describe-repositories.ts";
import { getAuthorizationToken } from "./get-authorization-token.ts";
import { deleteLifecyclePolicy, getLifecyclePolicy, putLifecyclePolicy } from "./lifecycle-policy.ts";
import { listImages } from "./list-images.ts";
import { putImage } from "./put-image.ts";
import { putImageScanningConfiguration, putImageTagMutability } from "./repository-settings.ts";
import { listTagsForResource, tagResource, untagResource } from "./tags.ts";

/** Amazon ECR: the repositories. The images' bytes go through the registry itself. */
export const service: ServiceModule<typeof ecr> = {
  module: ecr,
  Client: ecr.ECRClient,
  handlers: {
    BatchCheckLayerAvailability: batchCheckLayerAvailability,
    BatchDeleteImage: batchDeleteImage,
    BatchGetImage: batchGetImage,
    CreateRepository: createRepository,
    DeleteLifecyclePolicy: deleteLifecyclePolicy,
    DeleteRepository: deleteRepository,
    DescribeImages: describeImages,
    DescribeRepositories: describeRepositories,
    GetAuthorizationToken: getAuthorizationToken,
    GetLifecyclePolicy: getLifecyclePolicy,
    ListImages: listImages,
    ListTagsForResource: listTagsForResource,
    PutImage: putImage,
    PutImageScanningConfiguration: putImageScanningConfiguration,
    PutImageTagMutability: putImageTagMutability,
    PutLifecyclePolicy: putLifecyclePolicy,
    TagResource: tagResource,
    UntagResource: untagResource,
  },
};

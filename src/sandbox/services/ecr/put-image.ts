import {
  ImageAlreadyExistsException,
  ImageDigestDoesNotMatchException,
  ImageTagAlreadyExistsException,
  InvalidParameterException,
  LayersNotFoundException,
} from "@aws-sdk/client-ecr";
import type * as ecr from "@aws-sdk/client-ecr";
import { storeManifest } from "../../registry/manifest-routes.ts";
import { sha256 } from "../../registry/manifest.ts";
import { RegistryError } from "../../registry/registry-error.ts";
import { type Handler, meta } from "../../wire/api.ts";
import { findImage } from "../../world/records/ecr.ts";
import { accountId } from "../../world/world.ts";
import { requireRepository } from "./failures.ts";

const modelled: Record<string, new (parts: { message: string; $metadata: object }) => Error> = {
  TAG_INVALID: ImageTagAlreadyExistsException,
  MANIFEST_BLOB_UNKNOWN: LayersNotFoundException,
  DIGEST_INVALID: ImageDigestDoesNotMatchException,
};

export const putImage: Handler<typeof ecr, "PutImage"> = (input, call) => {
  const { name } = requireRepository(call, input.repositoryName);
  const text = input.imageManifest ?? "";
  const tag = input.imageTag;
  const before = findImage(call.region, name, tag ?? sha256(text));
  if (before?.digest === sha256(text))
    throw new ImageAlreadyExistsException({
      message: `Image with digest '${before.digest}' and tag '${tag ?? "null"}' already exists in the repository with name '${name}' in registry with id '${accountId}'`,
      ...meta,
    });
  try {
    const record = storeManifest(call.region, name, {
      text,
      reference: tag ?? input.imageDigest,
      contentType: input.imageManifestMediaType,
    });
    return {
      image: {
        registryId: accountId,
        repositoryName: name,
        imageId: { imageDigest: record.digest, imageTag: tag },
        imageManifest: text,
        imageManifestMediaType: record.mediaType,
      },
    };
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const Exception = modelled[error.code] ?? InvalidParameterException;
    throw new Exception({ message: error.message, ...meta });
  }
};

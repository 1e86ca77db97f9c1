import type * as ecr from "@aws-sdk/client-ecr";
import { type Handler, page } from "../../wire/api.ts";
import { requireRepository } from "./failures.ts";
import { filterByTagStatus } from "./find-images.ts";

/** One entry a tag; an image without tags has one entry with its digest alone. */
export const listImages: Handler<typeof ecr, "ListImages"> = (input, call) => {
  const { name } = requireRepository(call, input.repositoryName);
  const ids = filterByTagStatus(call.region, name, input.filter?.tagStatus).flatMap((image) =>
    image.tags.length > 0
      ? image.tags.map((imageTag) => ({ imageDigest: image.digest, imageTag }))
      : [{ imageDigest: image.digest }],
  );
  const { items, next } = page(ids, input.nextToken, input.maxResults ?? 100);
  return { imageIds: items, nextToken: next };
};

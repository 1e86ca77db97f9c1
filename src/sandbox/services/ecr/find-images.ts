import type { ImageIdentifier } from "@aws-sdk/client-ecr";
import { findImage, imagesOf, type ImageRecord } from "../../world/records/ecr.ts";
import type { Region } from "../../world/world.ts";

/** The image that an identifier names: by digest, by tag, or by both when they agree. */
export function findById(region: Region, repository: string, id: ImageIdentifier): ImageRecord | undefined {
  const reference = id.imageDigest ?? id.imageTag;
  const found = reference === undefined ? undefined : findImage(region, repository, reference);
  return found && id.imageTag !== undefined && !found.tags.includes(id.imageTag) ? undefined : found;
}

/** The images that a `tagStatus` filter lets through. */
export function filterByTagStatus(region: Region, repository: string, tagStatus: string | undefined): ImageRecord[] {
  const all = imagesOf(region, repository);
  if (tagStatus === "TAGGED") return all.filter((image) => image.tags.length > 0);
  if (tagStatus === "UNTAGGED") return all.filter((image) => image.tags.length === 0);
  return all;
}

import {
  ImageNotFoundException,
  InvalidParameterException,
  RepositoryNotFoundException,
  type ImageIdentifier,
} from "@aws-sdk/client-ecr";
import { type Call, meta } from "../../wire/api.ts";
import { repositories, type RepositoryRecord } from "../../world/records/ecr.ts";
import { accountId } from "../../world/world.ts";

/** The repository, or the error that ECR gives for one that does not exist. */
export function requireRepository(call: Call, name: string | undefined): RepositoryRecord {
  const found = repositories(call.region).get(name ?? "");
  if (found) return found;
  throw new RepositoryNotFoundException({
    message: `The repository with name '${name}' does not exist in the registry with id '${accountId}'`,
    ...meta,
  });
}

/** The repository of an ARN, for the tag operations. */
export function requireRepositoryByArn(call: Call, arn: string | undefined): RepositoryRecord {
  const name = /^arn:aws:ecr:[^:]+:\d+:repository\/(.+)$/.exec(arn ?? "")?.[1];
  if (name === undefined)
    throw new InvalidParameterException({
      message: `Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'`,
      ...meta,
    });
  return requireRepository(call, name);
}

export function imageNotFound(id: ImageIdentifier, repository: string): ImageNotFoundException {
  const quoted = (value: string | undefined) => `'${value ?? "null"}'`;
  return new ImageNotFoundException({
    message: `The image with imageId {imageDigest:${quoted(id.imageDigest)}, imageTag:${quoted(id.imageTag)}} does not exist within the repository with name '${repository}' in the registry with id '${accountId}'`,
    ...meta,
  });
}

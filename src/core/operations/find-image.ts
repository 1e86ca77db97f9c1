import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import type { Config } from "../config/schema.ts";
import { configError } from "../errors.ts";

/** `sha256:` and 64 hex digits. */
const digestForm = /^sha256:[0-9a-f]{64}$/;

/**
 * The image of a deploy, pinned by digest: `HOST/repository@sha256:…`. `wanted` is a tag or digest of our repository
 * (default: the tag of `ecsctl.yaml`), or a whole reference, which is taken as it is. Throws `ImageNotFound` (exit 3).
 */
export async function findImage(aws: Aws, { image }: Config, wanted: string | undefined): Promise<string> {
  if (wanted && (wanted.includes("/") || wanted.includes("@"))) return wanted;
  const reference = wanted ?? image.tag;
  const imageId = digestForm.test(reference) ? { imageDigest: reference } : { imageTag: reference };
  const [repositories, images] = await Promise.all([
    unlessMissing(
      aws.call("ecr", "DescribeRepositories", { repositoryNames: [image.repository] }),
      "RepositoryNotFoundException",
    ),
    unlessMissing(
      aws.call("ecr", "DescribeImages", { repositoryName: image.repository, imageIds: [imageId] }),
      "RepositoryNotFoundException",
      "ImageNotFoundException",
    ),
  ]);
  const uri = repositories?.repositories?.[0]?.repositoryUri;
  const digest = images?.imageDetails?.[0]?.imageDigest;
  if (uri && digest) return `${uri}@${digest}`;
  throw configError({
    code: "ImageNotFound",
    message: `The image ${image.repository}:${reference} is not in the registry of this account and region.`,
    why: uri ? "The repository exists, but nothing was pushed under that name." : "The repository does not exist yet.",
    hint: "ecsctl push",
  });
}

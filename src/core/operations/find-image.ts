import type { ImageIdentifier } from "@aws-sdk/client-ecr";
import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import type { Config } from "../config/schema.ts";
import { configError } from "../errors.ts";

/** `sha256:` and 64 hex digits. */
const digestForm = /^sha256:[0-9a-f]{64}$/;

/** The image that is asked for in our repository; undefined when the reference is whole. */
export function imageIdOf({ image }: Config, wanted: string | undefined): ImageIdentifier | undefined {
  if (wanted && (wanted.includes("/") || wanted.includes("@"))) return undefined;
  const reference = wanted ?? image.tag;
  return digestForm.test(reference) ? { imageDigest: reference } : { imageTag: reference };
}

/**
 * The image of a deploy, pinned by digest: `HOST/repository@sha256:…`. `wanted` is a tag or digest of our repository
 * (default: the tag of `ecsctl.yaml`), or a whole reference, which is taken as it is. `running` is what was deployed
 * last: when it is the same image, the registry's address need not be asked for. Throws `ImageNotFound` (exit 3).
 */
export async function findImage(
  aws: Aws,
  config: Config,
  wanted: string | undefined,
  running?: () => Promise<string | undefined>,
): Promise<string> {
  const imageId = imageIdOf(config, wanted);
  if (wanted && !imageId) return wanted;
  const { repository } = config.image;
  const asked = { repositoryName: repository, imageIds: [imageId ?? {}] };
  const [images, deployed] = await Promise.all([
    unlessMissing(aws.call("ecr", "DescribeImages", asked), "RepositoryNotFoundException", "ImageNotFoundException"),
    running?.(),
  ]);
  const { imageDigest: digest, registryId } = images?.imageDetails?.[0] ?? {};
  const same = digest && isOf(deployed, `${repository}@${digest}`, { registryId, region: aws.region });
  if (same && deployed) return deployed;
  const uri = await readUri(aws, repository);
  if (uri && digest) return `${uri}@${digest}`;
  throw configError({
    code: "ImageNotFound",
    message: `The image ${repository}:${wanted ?? config.image.tag} is not in the registry of this account and region.`,
    why: uri ? "The repository exists, but nothing was pushed under that name." : "The repository does not exist yet.",
    hint: "ecsctl push",
  });
}

async function readUri(aws: Aws, repository: string): Promise<string | undefined> {
  const answer = await unlessMissing(
    aws.call("ecr", "DescribeRepositories", { repositoryNames: [repository] }),
    "RepositoryNotFoundException",
  );
  return answer?.repositories?.[0]?.repositoryUri;
}

/** Whether a reference names that image in our own registry: another account or region may have one of the same name. */
function isOf(
  reference: string | undefined,
  image: string,
  { registryId, region }: { registryId: string | undefined; region: string },
): boolean {
  if (!reference?.endsWith(`/${image}`)) return false;
  const [, account, of] = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\./.exec(reference) ?? [];
  return account === undefined || (account === registryId && of === region);
}

import type { ImageIdentifier } from "@aws-sdk/client-ecr";
import type { Aws } from "../aws/aws.ts";
import { isAwsError } from "../errors.ts";
import type { Change, Resource } from "../plan/resource.ts";

export interface EcrRepositorySpec {
  name: string;
  /** With the ownership tag `ecsctl:app` in it. */
  tags: Readonly<Record<string, string>>;
  /** The image that is asked for anyway: its answer proves that a repository of ours is there. */
  image?: ImageIdentifier | undefined;
}

export interface EcrRepositoryLive {
  arn: string;
  /** `HOST/NAME`: what an image reference begins with. Undefined, like the scanning, where only its tags were asked for. */
  uri: string | undefined;
  scanOnPush: boolean | undefined;
  tags: Readonly<Record<string, string>>;
  outputs: { arn: string; uri?: string };
}

type Found = { repositoryArn?: string; repositoryUri?: string; imageScanningConfiguration?: { scanOnPush?: boolean } };

const toTags = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

async function readTags(aws: Aws, resourceArn: string): Promise<Record<string, string>> {
  const { tags = [] } = await aws.call("ecr", "ListTagsForResource", { resourceArn });
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

async function complete(aws: Aws, found: Found): Promise<EcrRepositoryLive> {
  const arn = found.repositoryArn ?? "";
  const uri = found.repositoryUri ?? "";
  const scanOnPush = found.imageScanningConfiguration?.scanOnPush ?? false;
  return { arn, uri, scanOnPush, tags: await readTags(aws, arn), outputs: { arn, uri } };
}

/**
 * One that is known to be ours, with nothing more asked than for the image. Scan on push is set when it is made, and not
 * compared then: ECR deprecates the setting of a repository in favour of the registry's (PutImageScanningConfiguration).
 */
async function readKnown(aws: Aws, { name, image }: EcrRepositorySpec): Promise<EcrRepositoryLive | undefined> {
  const arn = (await aws.ownArns()).find((one) => one.split(":")[2] === "ecr" && one.endsWith(`:repository/${name}`));
  if (arn === undefined || image === undefined) return undefined;
  try {
    await aws.call("ecr", "DescribeImages", { repositoryName: name, imageIds: [image] });
  } catch (error) {
    if (isAwsError(error, "RepositoryNotFoundException")) return undefined;
    if (!isAwsError(error, "ImageNotFoundException")) throw error;
  }
  return { arn, uri: undefined, scanOnPush: undefined, tags: await readTags(aws, arn), outputs: { arn } };
}

async function readRepository(aws: Aws, spec: EcrRepositorySpec): Promise<EcrRepositoryLive | undefined> {
  const known = await readKnown(aws, spec);
  if (known) return known;
  try {
    const { repositories } = await aws.call("ecr", "DescribeRepositories", { repositoryNames: [spec.name] });
    const found = repositories?.[0];
    return found ? await complete(aws, found) : undefined;
  } catch (error) {
    if (isAwsError(error, "RepositoryNotFoundException")) return undefined;
    throw error;
  }
}

/** Our tags and scan on push; encryption is AES-256, ECR's default. Other people's tags stay. */
function diffRepository(spec: EcrRepositorySpec, live: EcrRepositoryLive | undefined): Change[] {
  const changes: Change[] = [];
  if (!live) changes.push({ path: "name", to: spec.name });
  if (!live || live.scanOnPush === false) changes.push({ path: "scanOnPush", from: live?.scanOnPush, to: true });
  for (const [key, to] of Object.entries(spec.tags)) {
    const from = live?.tags[key];
    if (from !== to) changes.push({ path: `tags[${key}]`, from, to });
  }
  return changes;
}

/** The ECR repository that holds the app's images. */
export const ecrRepository: Resource<EcrRepositorySpec, EcrRepositoryLive> = {
  kind: "ecr-repository",
  read: readRepository,
  diff: diffRepository,

  async create(aws, spec) {
    try {
      const { repository } = await aws.call("ecr", "CreateRepository", {
        repositoryName: spec.name,
        imageScanningConfiguration: { scanOnPush: true },
        tags: toTags(spec.tags),
      });
      if (repository) return await complete(aws, repository);
    } catch (error) {
      if (!isAwsError(error, "RepositoryAlreadyExistsException")) throw error;
    }
    const live = await readRepository(aws, spec);
    if (!live) throw new Error(`ECR repository ${spec.name} was made but is not there`);
    return live;
  },

  async update(aws, spec, live, changes) {
    if (changes.some(({ path }) => path === "scanOnPush"))
      await aws.call("ecr", "PutImageScanningConfiguration", {
        repositoryName: spec.name,
        imageScanningConfiguration: { scanOnPush: true },
      });
    if (changes.some(({ path }) => path.startsWith("tags[")))
      await aws.call("ecr", "TagResource", { resourceArn: live.arn, tags: toTags(spec.tags) });
    return (await readRepository(aws, spec)) ?? live;
  },

  async delete(aws, spec) {
    try {
      await aws.call("ecr", "DeleteRepository", { repositoryName: spec.name, force: true });
    } catch (error) {
      if (!isAwsError(error, "RepositoryNotFoundException")) throw error;
    }
  },
};

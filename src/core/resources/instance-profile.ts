import type { Aws } from "../aws/aws.ts";
import { diffFields, diffTags } from "./diff-fields.ts";
import { isTagChange, type LiveParts, type Resource } from "../plan/resource.ts";
import { unlessMissing } from "../aws/missing.ts";
import { isAwsError } from "../errors.ts";
import { readBack } from "./read-back.ts";
import { fromTags, regionTag, toUpperTags, type Tags } from "./tags.ts";

export interface InstanceProfileSpec {
  name: string;
  role: string;
  tags: Tags;
}

export interface InstanceProfileLive extends LiveParts {
  role: string | undefined;
  outputs: { arn: string };
}

const gone = "NoSuchEntityException";

async function read(aws: Aws, spec: InstanceProfileSpec): Promise<InstanceProfileLive | undefined> {
  const answer = await unlessMissing(aws.call("iam", "GetInstanceProfile", { InstanceProfileName: spec.name }), gone);
  const profile = answer?.InstanceProfile;
  if (!profile) return undefined;
  return {
    role: profile.Roles?.[0]?.RoleName,
    tags: fromTags(profile.Tags),
    outputs: { arn: profile.Arn ?? "" },
  };
}

async function setRole(aws: Aws, spec: InstanceProfileSpec, current: string | undefined): Promise<void> {
  const InstanceProfileName = spec.name;
  if (current === spec.role) return;
  if (current) await aws.call("iam", "RemoveRoleFromInstanceProfile", { InstanceProfileName, RoleName: current });
  try {
    await aws.call("iam", "AddRoleToInstanceProfile", { InstanceProfileName, RoleName: spec.role });
  } catch (error) {
    // The SDK asks again after a lost answer: then the profile is full, of this very role.
    if (!isAwsError(error, "LimitExceededException") || (await read(aws, spec))?.role !== spec.role) throw error;
  }
}

/** The instance profile that carries the instances' role; a profile holds one role. */
export const instanceProfile: Resource<InstanceProfileSpec, InstanceProfileLive> = {
  kind: "instance-profile",
  read,
  diff: (spec, live) => [
    ...diffFields({ role: spec.role }, live && { role: live.role }),
    ...diffTags(spec.tags, live?.tags),
  ],
  async create(aws, spec) {
    await aws.call("iam", "CreateInstanceProfile", {
      InstanceProfileName: spec.name,
      Tags: toUpperTags({ ...spec.tags, [regionTag]: aws.region }),
    });
    await setRole(aws, spec, undefined);
    return readBack(read(aws, spec), `instance profile ${spec.name}`);
  },
  async update(aws, spec, live, changes) {
    await setRole(aws, spec, live.role);
    if (changes.some(isTagChange))
      await aws.call("iam", "TagInstanceProfile", {
        InstanceProfileName: spec.name,
        Tags: toUpperTags(spec.tags),
      });
    return readBack(read(aws, spec), `instance profile ${spec.name}`);
  },
  async delete(aws, spec, live) {
    const InstanceProfileName = spec.name;
    if (live.role)
      await unlessMissing(
        aws.call("iam", "RemoveRoleFromInstanceProfile", { InstanceProfileName, RoleName: live.role }),
        gone,
      );
    await unlessMissing(aws.call("iam", "DeleteInstanceProfile", { InstanceProfileName }), gone);
  },
  // A role that was just made is not visible everywhere in IAM at once.
  passing: (error) =>
    ["NotVisibleYet", "ConcurrentModificationException", "EntityAlreadyExistsException", gone].includes(error.name),
};

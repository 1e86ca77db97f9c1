import { ResourceExistsException } from "@aws-sdk/client-secrets-manager";
import type * as secretsmanager from "@aws-sdk/client-secrets-manager";
import { type Handler, meta, page } from "../../wire/api.ts";
import { type SecretRecord, secrets } from "../../world/records/secrets.ts";
import type { Region } from "../../world/world.ts";
import { findSecret, findUsableSecret, invalidParameter, invalidRequest, lookUpSecret } from "./find.ts";
import { addVersion } from "./versions.ts";

const dayMs = 24 * 3600_000;
const defaultPageSize = 100;

/** The six characters with which Secrets Manager ends every ARN, so that a new secret of an old name is another one. */
function randomEnd(region: Region): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const hex = region.id("", 12);
  return [0, 2, 4, 6, 8, 10].map((at) => letters[Number.parseInt(hex.slice(at, at + 2), 16) % letters.length]).join("");
}

/** Secrets whose time has come are gone. */
function sweep(region: Region): void {
  const now = region.world.clock.now();
  for (const [name, { deletedAt }] of secrets(region))
    if (deletedAt !== undefined && deletedAt.getTime() <= now) secrets(region).delete(name);
}

export const createSecret: Handler<typeof secretsmanager, "CreateSecret"> = (input, { region }) => {
  sweep(region);
  const name = input.Name ?? "";
  if (!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name))
    throw invalidParameter(
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    );
  const existing = lookUpSecret(region, name);
  if (existing?.deletedAt)
    throw invalidRequest(
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  if (existing && existing.versions.every(({ id }) => id !== input.ClientRequestToken))
    throw new ResourceExistsException({
      message: `The operation failed because the secret ${name} already exists.`,
      ...meta,
    });
  const now = region.world.clock.date();
  const record: SecretRecord = existing ?? {
    name,
    arn: region.arn("secretsmanager", `secret:${name}-${randomEnd(region)}`),
    description: input.Description,
    kmsKeyId: input.KmsKeyId,
    createdAt: now,
    changedAt: now,
    versions: [],
    tags: input.Tags ?? [],
  };
  const empty = input.SecretString === undefined && input.SecretBinary === undefined;
  const version = empty ? undefined : addVersion(region, record, input);
  secrets(region).set(name, record);
  return { ARN: record.arn, Name: name, VersionId: version?.id };
};

const describe = (secret: SecretRecord) => ({
  ARN: secret.arn,
  Name: secret.name,
  Description: secret.description,
  KmsKeyId: secret.kmsKeyId,
  CreatedDate: secret.createdAt,
  LastChangedDate: secret.changedAt,
  DeletedDate: secret.deletedAt,
  Tags: [...secret.tags],
});

const stagesOf = (secret: SecretRecord) =>
  Object.fromEntries(secret.versions.map((version) => [version.id, [...version.stages]]));

export const describeSecret: Handler<typeof secretsmanager, "DescribeSecret"> = (input, { region }) => {
  sweep(region);
  const secret = findSecret(region, input.SecretId);
  return { ...describe(secret), VersionIdsToStages: stagesOf(secret) };
};

export const listSecrets: Handler<typeof secretsmanager, "ListSecrets"> = (input, { region }) => {
  sweep(region);
  const unknown = input.Filters?.find(({ Key }) => Key !== "name" && Key !== "tag-key" && Key !== "all");
  if (unknown) throw invalidParameter(`The sandbox does not filter secrets by ${unknown.Key}.`);
  const fits = (secret: SecretRecord): boolean =>
    (input.Filters ?? []).every(({ Key, Values = [] }) =>
      Values.some((value) =>
        Key === "tag-key" ? secret.tags.some((tag) => tag.Key === value) : secret.name.startsWith(value),
      ),
    );
  const shown = [...secrets(region).values()].filter(
    (secret) => fits(secret) && (secret.deletedAt === undefined || input.IncludePlannedDeletion === true),
  );
  const { items, next } = page(shown, input.NextToken, input.MaxResults ?? defaultPageSize);
  return {
    SecretList: items.map((secret) => ({ ...describe(secret), SecretVersionsToStages: stagesOf(secret) })),
    NextToken: next,
  };
};

export const updateSecret: Handler<typeof secretsmanager, "UpdateSecret"> = (input, { region }) => {
  const secret = findUsableSecret(region, input.SecretId);
  if (input.Description !== undefined) secret.description = input.Description;
  if (input.KmsKeyId !== undefined) secret.kmsKeyId = input.KmsKeyId;
  const empty = input.SecretString === undefined && input.SecretBinary === undefined;
  const version = empty ? undefined : addVersion(region, secret, input);
  return { ARN: secret.arn, Name: secret.name, VersionId: version?.id };
};

/** Gone at once only by force: else after 7 to 30 days, in which it can be restored. */
export const deleteSecret: Handler<typeof secretsmanager, "DeleteSecret"> = (input, { region }) => {
  const { ForceDeleteWithoutRecovery: force = false, RecoveryWindowInDays: days = 30 } = input;
  if (force && input.RecoveryWindowInDays !== undefined)
    throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  if (days < 7 || days > 30)
    throw invalidParameter("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
  const secret = findUsableSecret(region, input.SecretId);
  const at = new Date(region.world.clock.now() + (force ? 0 : days * dayMs));
  if (force) secrets(region).delete(secret.name);
  else secret.deletedAt = at;
  return { ARN: secret.arn, Name: secret.name, DeletionDate: at };
};

export const restoreSecret: Handler<typeof secretsmanager, "RestoreSecret"> = (input, { region }) => {
  const secret = findSecret(region, input.SecretId);
  secret.deletedAt = undefined;
  return { ARN: secret.arn, Name: secret.name };
};

export const tagResource: Handler<typeof secretsmanager, "TagResource"> = (input, { region }) => {
  const secret = findUsableSecret(region, input.SecretId);
  const given = input.Tags ?? [];
  secret.tags = [...secret.tags.filter((tag) => !given.some(({ Key }) => Key === tag.Key)), ...given];
  return {};
};

export const untagResource: Handler<typeof secretsmanager, "UntagResource"> = (input, { region }) => {
  const secret = findUsableSecret(region, input.SecretId);
  secret.tags = secret.tags.filter((tag) => !input.TagKeys?.includes(tag.Key ?? ""));
  return {};
};

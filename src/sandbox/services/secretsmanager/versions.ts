import { ResourceExistsException } from "@aws-sdk/client-secrets-manager";
import type * as secretsmanager from "@aws-sdk/client-secrets-manager";
import { type Handler, meta } from "../../wire/api.ts";
import { uuid } from "../../world/records/ecs.ts";
import type { SecretRecord, SecretVersionRecord } from "../../world/records/secrets.ts";
import type { Region } from "../../world/world.ts";
import { findUsableSecret, findVersion, invalidParameter } from "./find.ts";

interface Given {
  ClientRequestToken?: string | undefined;
  SecretString?: string | undefined;
  SecretBinary?: Uint8Array | undefined;
  VersionStages?: string[] | undefined;
}

/** What was AWSPENDING, AWSCURRENT or AWSPREVIOUS before is so no longer: a label is on one version. */
function moveStage(secret: SecretRecord, stage: string, to: SecretVersionRecord): void {
  for (const version of secret.versions) {
    if (version === to || !version.stages.includes(stage)) continue;
    version.stages = version.stages.filter((one) => one !== stage);
    if (stage === "AWSCURRENT") moveStage(secret, "AWSPREVIOUS", version);
  }
  if (!to.stages.includes(stage)) to.stages.push(stage);
}

/** Adds a version; the same token with the same value again is the same version. */
export function addVersion(region: Region, secret: SecretRecord, given: Given): SecretVersionRecord {
  const { ClientRequestToken: token, SecretString: text, SecretBinary, VersionStages: stages = ["AWSCURRENT"] } = given;
  if (text !== undefined && SecretBinary !== undefined)
    throw invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  const binary = SecretBinary && Buffer.from(SecretBinary).toString("base64");
  const known = secret.versions.find(({ id }) => id === token);
  if (known && (known.text !== text || known.binary !== binary))
    throw new ResourceExistsException({
      message: "You can't modify an existing version of a secret: the ClientRequestToken was used for another value.",
      ...meta,
    });
  if (known) return known;
  const now = region.world.clock.date();
  const made: SecretVersionRecord = { id: token ?? uuid(region), text, binary, stages: [], createdAt: now };
  secret.versions.push(made);
  for (const stage of stages) moveStage(secret, stage, made);
  // Versions without a label are deprecated, and Secrets Manager deletes them.
  secret.versions = secret.versions.filter((version) => version.stages.length > 0);
  secret.changedAt = now;
  return made;
}

export const putSecretValue: Handler<typeof secretsmanager, "PutSecretValue"> = (input, { region }) => {
  const secret = findUsableSecret(region, input.SecretId);
  if (input.SecretString === undefined && input.SecretBinary === undefined)
    throw invalidParameter("You must provide either SecretString or SecretBinary.");
  const version = addVersion(region, secret, input);
  return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] };
};

export const getSecretValue: Handler<typeof secretsmanager, "GetSecretValue"> = (input, { region }) => {
  const secret = findUsableSecret(region, input.SecretId);
  const version = findVersion(secret, { id: input.VersionId, stage: input.VersionStage });
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...(version.text === undefined ? {} : { SecretString: version.text }),
    ...(version.binary === undefined ? {} : { SecretBinary: Buffer.from(version.binary, "base64") }),
    VersionStages: [...version.stages],
    CreatedDate: version.createdAt,
  };
};

export const listSecretVersionIds: Handler<typeof secretsmanager, "ListSecretVersionIds"> = (input, { region }) => {
  const secret = findUsableSecret(region, input.SecretId);
  const Versions = secret.versions.map(({ id, stages, createdAt }) => ({
    VersionId: id,
    VersionStages: [...stages],
    CreatedDate: createdAt,
  }));
  return { ARN: secret.arn, Name: secret.name, Versions };
};

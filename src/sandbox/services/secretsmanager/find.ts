import {
  InvalidParameterException,
  InvalidRequestException,
  ResourceNotFoundException,
} from "@aws-sdk/client-secrets-manager";
import { meta } from "../../wire/api.ts";
import { type SecretRecord, type SecretVersionRecord, secrets } from "../../world/records/secrets.ts";
import type { Region } from "../../world/world.ts";

export const invalidRequest = (message: string): InvalidRequestException =>
  new InvalidRequestException({ message, ...meta });
export const invalidParameter = (message: string): InvalidParameterException =>
  new InvalidParameterException({ message, ...meta });

/** By name, ARN, or ARN without its random end; undefined when there is none. */
export function lookUpSecret(region: Region, id: string): SecretRecord | undefined {
  const byName = secrets(region).get(id);
  if (byName || !id.startsWith("arn:")) return byName;
  return [...secrets(region).values()].find(({ arn }) => arn === id || arn.slice(0, -7) === id);
}

/** The secret, also one that is marked for deletion. */
export function findSecret(region: Region, id: string | undefined): SecretRecord {
  const found = lookUpSecret(region, id ?? "");
  if (found) return found;
  throw new ResourceNotFoundException({ message: "Secrets Manager can't find the specified secret.", ...meta });
}

/** The secret, if it can be used. */
export function findUsableSecret(region: Region, id: string | undefined): SecretRecord {
  const found = findSecret(region, id);
  if (found.deletedAt === undefined) return found;
  throw invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
}

/** The version asked for: by id, by stage, by both, or the current one. */
export function findVersion(
  secret: SecretRecord,
  { id, stage = id === undefined ? "AWSCURRENT" : undefined }: { id?: string | undefined; stage?: string | undefined },
): SecretVersionRecord {
  const found = secret.versions.find(
    (version) => (id === undefined || version.id === id) && (stage === undefined || version.stages.includes(stage)),
  );
  if (found) return found;
  const what = id === undefined ? `staging label: ${stage}` : `VersionId: ${id}`;
  const message = `Secrets Manager can't find the specified secret value for ${what}`;
  throw new ResourceNotFoundException({ message, ...meta });
}

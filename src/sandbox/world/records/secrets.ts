import type { Region } from "../world.ts";

export interface SecretTag {
  Key?: string | undefined;
  Value?: string | undefined;
}

/** A version's value. Saved with the rest of the state, in a file that only its owner reads. */
export interface SecretVersionRecord {
  id: string;
  text?: string | undefined;
  /** `SecretBinary`, in base64. */
  binary?: string | undefined;
  stages: string[];
  createdAt: Date;
}

/** A secret of Secrets Manager. */
export interface SecretRecord {
  name: string;
  arn: string;
  description?: string | undefined;
  kmsKeyId?: string | undefined;
  createdAt: Date;
  changedAt: Date;
  /** When it is to vanish; it cannot be used until then, only restored. */
  deletedAt?: Date | undefined;
  /** Oldest first. */
  versions: SecretVersionRecord[];
  tags: SecretTag[];
}

/** A parameter of the Parameter Store. */
export interface ParameterRecord {
  name: string;
  arn: string;
  type: "String" | "StringList" | "SecureString";
  description?: string | undefined;
  keyId?: string | undefined;
  dataType: string;
  tier: "Standard" | "Advanced" | "Intelligent-Tiering";
  changedAt: Date;
  /** Oldest first; the first one's number is 1 until old ones are dropped. */
  versions: { number: number; value: string; changedAt: Date }[];
  tags: SecretTag[];
}

/** By name. */
export const secrets = (region: Region): Map<string, SecretRecord> => region.table("secretsmanager/secrets");
/** By name. */
export const parameters = (region: Region): Map<string, ParameterRecord> => region.table("ssm/parameters");

import type { Tag } from "@aws-sdk/client-iam";
import type { Region } from "../../world/world.ts";

export interface RoleRecord {
  name: string;
  id: string;
  arn: string;
  path: string;
  /** The trust policy, as the JSON text that was given. */
  trustPolicy: string;
  description?: string | undefined;
  maxSessionSeconds: number;
  createdAt: Date;
  tags: Tag[];
  /** ARNs of managed policies, in the order in which they were attached. */
  attached: string[];
  /** Inline policies: name to JSON text. */
  inline: Record<string, string>;
}

export interface InstanceProfileRecord {
  name: string;
  id: string;
  arn: string;
  path: string;
  createdAt: Date;
  /** At most one, as on AWS. */
  roleNames: string[];
  tags: Tag[];
}

/** The account's roles by name; `global` is `region.world.global`. */
export const roles = (global: Region): Map<string, RoleRecord> => global.table("iam/roles");
/** The account's instance profiles by name; `global` is `region.world.global`. */
export const instanceProfiles = (global: Region): Map<string, InstanceProfileRecord> =>
  global.table("iam/instance-profiles");

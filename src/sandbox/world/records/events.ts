import type { Target } from "@aws-sdk/client-eventbridge";
import type { Region } from "../world.ts";

export interface RuleRecord {
  name: string;
  arn: string;
  state: "ENABLED" | "DISABLED";
  description?: string | undefined;
  /** JSON, as it was given. */
  pattern: string;
  targets: Target[];
  tags: Record<string, string>;
}

/** The rules of the default bus, by name; the sandbox has no other bus. */
export const eventRules = (region: Region): Map<string, RuleRecord> => region.table("events/rules");

import type { CommandName } from "./command-names.ts";
import type { Names } from "./names.ts";
import type { ScopeName } from "./scopes.ts";

/** A row of the table: commands that need these actions on that. */
export interface Grant {
  on: ScopeName;
  actions: readonly string[];
  for: readonly CommandName[];
  /** Only for projects that have this. */
  needs?: keyof Names;
  /** Where AWS asks for it, when that is no call of this name. */
  elsewhere?: string;
  /** Why the tests never see it asked for, though it can be. */
  unseen?: string;
}

/** `unseen` of the reads that the Resource Groups Tagging API spares: it answers late, and not for others' things. */
export const byTags = "only where tag:GetResources does not tell whose it is";

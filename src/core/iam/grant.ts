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
  /** Why no call of that name is ever seen, though AWS wants the permission. */
  unseen?: string;
}

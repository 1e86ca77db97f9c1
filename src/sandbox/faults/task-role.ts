import { findTaskCaller } from "../world/task-keys.ts";
import type { World } from "../world/world.ts";
import { type Asked, enforce } from "./enforce.ts";
import { readPolicy, type Statement } from "./policy.ts";

/**
 * Throws AWS's refusal when a task calls what its role does not allow: what works here is to work on AWS. Of managed
 * policies the sandbox knows the names only, so a role with one of them is allowed everything.
 */
export function enforceTaskRole(world: World, asked: Omit<Asked, "region"> & { region: string }): void {
  const caller = findTaskCaller(world, asked.accessKeyId);
  if (!caller || (caller.role && caller.role.attached.length > 0)) return;
  const statements = readAll(Object.values(caller.role?.inline ?? {}));
  if (statements) enforce(statements, { ...asked, region: world.region(asked.region), user: caller.arn });
}

/** Undefined when one of the policies has what the sandbox cannot evaluate: to refuse for it would invent a failure. */
function readAll(documents: readonly string[]): Statement[] | undefined {
  try {
    return documents.flatMap((text) => readPolicy(JSON.parse(text)));
  } catch {
    return undefined;
  }
}

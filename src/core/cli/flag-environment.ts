import type { Interfaces } from "@oclif/core";
import { usageError } from "../errors.ts";

/** `--scale-out-cooldown` is `ECSCTL_SCALE_OUT_COOLDOWN`. */
export function environmentName(flag: string): string {
  return `ECSCTL_${flag.toUpperCase().replaceAll("-", "_")}`;
}

/** The same command input with an environment variable behind every flag. `--help` alone is for typing. */
export function withEnvironment<Input extends { flags?: object | undefined; baseFlags?: object | undefined }>(
  input: Input,
): Input {
  return { ...readStatics(input), flags: nameAll(input.flags), baseFlags: nameAll(input.baseFlags) };
}

/** A command class keeps its input in (partly inherited) static properties, which a spread would miss. */
function readStatics<Input>(input: Input): Input {
  const { args, strict, constraints, enableJsonFlag } = input as Interfaces.Input<never, never, never> & {
    constraints?: unknown;
  };
  return { args, strict, constraints, enableJsonFlag } as unknown as Input;
}

function nameAll(flags: object | undefined): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(flags ?? {}).map(([name, flag]) => [
      name,
      name === "help" ? flag : { ...(flag as object), env: environmentName(name) },
    ]),
  );
}

const yesAndNo = new Set(["1", "true", "y", "yes", "0", "false", "n", "no", ""]);

/**
 * Refuses `ECSCTL_SANDBOX=on` and its like with a usage error: the parser would take any word that it does not know for
 * no, and the command would go to the real AWS.
 */
export function checkSwitches(flags: object, env: Readonly<Record<string, string | undefined>>): void {
  for (const [name, flag] of Object.entries(flags) as [string, { type?: string }][]) {
    const variable = environmentName(name);
    const value = env[variable];
    if (flag.type !== "boolean" || value === undefined || yesAndNo.has(value.toLowerCase())) continue;
    throw usageError({
      code: "InvalidSwitch",
      message: `${variable}=${value}: expected true or false.`,
      hint: `${variable}=true, or: unset ${variable}`,
    });
  }
}

import type { Interfaces } from "@oclif/core";

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

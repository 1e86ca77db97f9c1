import { usageError } from "../errors.ts";

/** Reads `Name=Value` flags as a map. Throws a usage error for one without a `=`. */
export function readPairs(flag: string, texts: readonly string[] | undefined): Record<string, string> | undefined {
  if (!texts || texts.length === 0) return undefined;
  return Object.fromEntries(
    texts.map((text) => {
      const [name = "", ...value] = text.split("=");
      if (name !== "" && value.length > 0) return [name, value.join("=")];
      throw usageError({
        code: "InvalidPair",
        message: `--${flag} ${text}: expected a name, =, and a value.`,
        hint: `--${flag} QueueName=jobs`,
      });
    }),
  );
}

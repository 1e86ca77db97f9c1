import { Flags } from "@oclif/core";
import { parseDuration } from "../config/duration.ts";
import { usageError } from "../errors.ts";

/** A flag that takes `30s`, `5m`, `2h` or `1d` and gives seconds. */
export const durationFlag = Flags.custom<number>({
  helpValue: "DURATION",
  parse: async (text, _context, options) => {
    const seconds = parseDuration(text);
    if (seconds !== undefined) return seconds;
    throw usageError({
      code: "InvalidDuration",
      message: `--${options.name} ${text}: expected a duration.`,
      hint: "A number and s, m, h or d: 30s, 5m, 2h, 1d.",
    });
  },
});

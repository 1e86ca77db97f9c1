import { Args } from "@oclif/core";
import { usageError } from "../errors.ts";

/** An argument that takes a whole number from 0 on. */
export const countArg = Args.custom<number>({
  parse: async (text, _context, options) => {
    if (/^\d{1,6}$/.test(text)) return Number(text);
    throw usageError({
      code: "InvalidCount",
      message: `${(options.name ?? "").toUpperCase()} ${text}: expected a whole number from 0 on.`,
      hint: "A number of tasks: 3",
    });
  },
});

import * as z from "zod";

// One file is checked once: compiling a checker for it costs more than checking. Set here because every schema file loads this one first.
z.config({ jitless: true });

/** Every description is published as JSON Schema and shown by editors and in `docs/config.md`. */
export const name = (what: string) => z.string().min(1).max(255).describe(what);
export const count = (what: string) => z.int().min(0).describe(what);
export const port = (what: string) => z.int().min(0).max(65535).describe(what);
export const duration = (what: string) =>
  z
    .string()
    .regex(/^\d+(s|m|h|d)$/, "expected a duration like 30s, 5m, 2h")
    .describe(what);

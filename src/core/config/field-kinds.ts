import * as z from "zod";

// One file is checked once: compiling a checker for it costs more than checking. Set here because every schema file loads this one first.
z.config({ jitless: true });

/** Every description is published as JSON Schema and shown by editors and in `docs/config.md`. */
export const name = (what: string) => z.string().min(1).max(255).describe(what);
/** What AWS takes as a name, so that a deploy does not end half-way: ECS, IAM and CloudWatch Logs API references. */
const matching = (pattern: RegExp, expected: string) => (what: string) =>
  z.string().regex(pattern, expected).describe(what);
export const ecsName = matching(
  /^[A-Za-z0-9_-]{1,255}$/,
  "expected letters, digits, dashes and underscores, at most 255",
);
export const roleName = matching(/^[A-Za-z0-9_+=,.@-]{1,64}$/, "expected letters, digits and _+=,.@-, at most 64");
export const logGroupName = matching(/^[A-Za-z0-9_./#-]{1,512}$/, "expected letters, digits and _./#-, at most 512");
export const vpcId = matching(/^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/, "expected an id like vpc-0123456789abcdef0");
export const subnetId = matching(/^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/, "expected an id like subnet-0123456789abcdef0");
export const emailAddress = matching(/^[^@\s:/]+@[^@\s:/]+$/, "expected an address like you@example.com");
export const count = (what: string) => z.int().min(0).describe(what);
export const port = (what: string) => z.int().min(0).max(65535).describe(what);
export const duration = (what: string) =>
  z
    .string()
    .regex(/^\d+(s|m|h|d)$/, "expected a duration like 30s, 5m, 2h")
    .describe(what);

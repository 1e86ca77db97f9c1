/** The architecture's "who may import whom", as a table; the check reads import statements, types included. */
import { readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { globSync } from "node:fs";

interface Rule {
  /** Files that the rule is about, by path prefix below `src/`. */
  from: string;
  /** Prefixes below `src/` that they may import; npm packages and Node's modules only where `acts` says so. */
  may: string[];
  /** Node modules and packages allowed; undefined allows all. */
  packages?: RegExp;
}

const shared = ["core/errors.ts", "core/events.ts", "core/context.ts"];

/** The longest matching prefix decides. */
export const rules: Rule[] = [
  { from: "commands/", may: ["core/cli/", "core/operations/", "core/output/", ...shared] },
  // The wizard asks for what init takes.
  {
    from: "core/cli/init-wizard.ts",
    may: ["core/cli/", "core/config/", "core/output/", "core/operations/init.ts", ...shared],
  },
  { from: "core/cli/", may: ["core/aws/", "core/config/", "core/output/", "core/cli/", ...shared] },
  {
    from: "core/operations/",
    may: [
      "core/operations/",
      "core/resources/",
      "core/plan/",
      "core/wait/",
      "core/image/",
      "core/loadtest/",
      "core/observe/",
      "core/scaling/",
      "core/rehearsal/",
      "core/pricing/",
      "core/export/",
      "core/config/",
      "core/iam/",
      "core/doctor/",
      "core/aws/",
      ...shared,
    ],
  },
  {
    from: "core/doctor/",
    may: [
      "core/doctor/",
      "core/iam/",
      "core/image/",
      "core/config/",
      "core/resources/network.ts",
      "core/aws/",
      ...shared,
    ],
  },
  // A table and how a policy is made of it: nothing that acts.
  { from: "core/iam/", may: ["core/iam/"], packages: /^$/ },
  {
    from: "core/resources/",
    may: ["core/resources/", "core/aws/", "core/plan/resource.ts", "core/config/", "core/wait/", ...shared],
  },
  { from: "core/wait/", may: ["core/wait/", "core/aws/", ...shared] },
  { from: "core/observe/", may: ["core/observe/", "core/aws/", "core/config/", "core/scaling/", ...shared] },
  { from: "core/image/", may: ["core/image/", "core/aws/", "core/config/", "core/wait/", ...shared] },
  // The contract between steps and AWS: a type, nothing that acts.
  { from: "core/plan/resource.ts", may: ["core/aws/aws.ts"], packages: /^$/ },
  {
    from: "core/plan/",
    may: ["core/plan/", "core/pricing/cost.ts", ...shared],
    packages: /^(node:crypto|node:fs(\/promises)?|node:path)$/,
  },
  // Writes other tools' files from what a deploy would send.
  {
    from: "core/export/",
    may: ["core/export/", "core/plan/", "core/aws/aws.ts", "core/errors.ts"],
    packages: /^yaml$/,
  },
  // Prices and what they add up to: facts and arithmetic.
  {
    from: "core/pricing/",
    may: ["core/pricing/", "core/config/schema.ts", "core/config/instance-size.ts", "core/config/policy-steps.ts"],
    packages: /^$/,
  },
  { from: "core/scaling/", may: ["core/scaling/"], packages: /^$/ },
  // A simulation: the same arithmetic as the sandbox, and nothing that acts.
  {
    from: "core/rehearsal/",
    may: [
      "core/rehearsal/",
      "core/scaling/",
      "core/config/duration.ts",
      "core/config/policy-steps.ts",
      "core/config/scaling-schema.ts",
      "core/errors.ts",
    ],
    packages: /^$/,
  },
  { from: "core/loadtest/", may: ["core/loadtest/", "core/wait/", "core/config/duration.ts", ...shared] },
  { from: "core/loadtest/pacer.ts", may: [], packages: /^$/ },
  { from: "core/config/", may: ["core/config/", "core/scaling/schedule.ts", "core/errors.ts"] },
  { from: "core/aws/", may: ["core/aws/", "core/errors.ts"] },
  {
    from: "core/output/",
    may: [
      "core/output/",
      "core/events.ts",
      "core/errors.ts",
      "core/config/duration.ts",
      "core/operations/",
      "core/observe/",
      "core/plan/",
      "core/pricing/cost.ts",
      "core/loadtest/",
      "core/rehearsal/",
    ],
  },
  // Runs in a browser: it has nothing but itself and uPlot.
  { from: "core/output/report-page/", may: ["core/output/report-page/"], packages: /^uplot$/ },
  { from: "core/", may: ["core/aws/aws.ts", "core/events.ts", "core/errors.ts"] },
  { from: "sandbox/", may: ["sandbox/", "core/scaling/"] },
];

const statement =
  /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*["']([^"']+)["']|(?:^|\n)\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/g;

/** The modules that a source text imports, statically, dynamically or for types. */
export function importsOf(source: string): string[] {
  return [...source.matchAll(statement)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

/** One sentence a violation; empty when the file keeps to its rule. `file` is relative to `src`. */
export function violations(file: string, source: string): string[] {
  const rule = rules
    .filter((candidate) => file.startsWith(candidate.from))
    .sort((a, b) => b.from.length - a.from.length)[0];
  if (!rule) return [`${file}: no rule says what this file may import`];
  const found: string[] = [];
  for (const name of importsOf(source)) {
    if (!name.startsWith(".")) {
      if (rule.packages && !rule.packages.test(name))
        found.push(`${file}: ${rule.from} must not act, but imports ${name}`);
      if (
        name.startsWith("@aws-sdk/client-") &&
        !file.startsWith("core/aws/clients/") &&
        !file.startsWith("sandbox/")
      ) {
        const typeOnly = new RegExp(`import type [^;]*from ["']${name}["']`).test(source);
        if (!typeOnly) found.push(`${file}: only core/aws makes clients, but this imports ${name}`);
      }
      continue;
    }
    const target = posix.normalize(posix.join(dirname(file), name));
    if (target.startsWith("..")) continue;
    if (!rule.may.some((prefix) => target.startsWith(prefix)))
      found.push(`${file}: ${rule.from} may not import ${target}`);
  }
  return found;
}

/** Every violation below a `src` folder. */
export function checkTree(src: string): string[] {
  return globSync("**/*.ts", { cwd: src }).flatMap((file) =>
    violations(relative(src, join(src, file)).replaceAll("\\", "/"), readFileSync(join(src, file), "utf8")),
  );
}

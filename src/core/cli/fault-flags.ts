import { readFileSync } from "node:fs";
import { Flags } from "@oclif/core";
import { parseDuration } from "../config/duration.ts";
import { configError, usageError } from "../errors.ts";
import { durationFlag } from "./duration-flag.ts";
import type { FaultChanges, WantedFault } from "./sandbox-faults.ts";

const percent = { min: 0, max: 100, helpValue: "PERCENT" };

/** A flag that takes `80ms` besides `30s` and its like, and gives seconds. */
const pauseFlag = Flags.custom<number>({
  helpValue: "DURATION",
  parse: async (text, _context, options) => {
    const ms = /^(\d+(?:\.\d+)?)ms$/.exec(text)?.[1];
    const seconds = ms === undefined ? parseDuration(text) : Number(ms) / 1000;
    if (seconds !== undefined) return seconds;
    throw usageError({
      code: "InvalidDuration",
      message: `--${options.name} ${text}: expected a duration.`,
      hint: "A number and ms, s, m or h: 80ms, 2s, 5m.",
    });
  },
});

/** What can be made to go wrong. */
export const faultFlags = {
  throttle: Flags.integer({ ...percent, description: "AWS asks to slow down: this share of the calls." }),
  fail: Flags.integer({ ...percent, description: "AWS fails with a 5xx: this share of the calls." }),
  "lose-answers": Flags.integer({
    ...percent,
    description: "The work is done, then the connection breaks: this share of the calls.",
  }),
  delay: pauseFlag({ description: "Every call takes so much longer." }),
  lag: pauseFlag({ description: "Reads do not show what was written in this time." }),
  policy: Flags.string({ helpValue: "FILE", description: "Allow only what this IAM policy (JSON) allows." }),
  "lose-instance": Flags.string({ helpValue: "ID|any", description: "End a machine as a broken host does." }),
  service: Flags.string({ helpValue: "NAME", description: "Only calls of this service: ecs, ec2, iam, …" }),
  operation: Flags.string({ helpValue: "NAME", description: "Only this operation; * is any text: Create*." }),
  for: durationFlag({ description: "End by itself after so much of the sandbox's time." }),
  off: Flags.boolean({ description: "End the faults, or those of --service; alone or before new ones." }),
};

interface Given {
  throttle?: number | undefined;
  fail?: number | undefined;
  "lose-answers"?: number | undefined;
  delay?: number | undefined;
  lag?: number | undefined;
  policy?: string | undefined;
  "lose-instance"?: string | undefined;
  service?: string | undefined;
  operation?: string | undefined;
  for?: number | undefined;
  off: boolean;
}

/** What the flags ask for; undefined when they only ask what is on. Usage error when they narrow nothing down. */
export function readFaultFlags(flags: Given): FaultChanges | undefined {
  const { service, operation, for: forSeconds, off, "lose-instance": loseInstance } = flags;
  const narrow = { service, operation, forSeconds };
  const shares = (["throttle", "fail", "lose-answers"] as const).flatMap((kind): WantedFault[] =>
    flags[kind] === undefined ? [] : [{ kind, percent: flags[kind], ...narrow }],
  );
  const pauses = (["delay", "lag"] as const).flatMap((kind): WantedFault[] =>
    flags[kind] === undefined ? [] : [{ kind, seconds: flags[kind], ...narrow }],
  );
  const policies: WantedFault[] =
    flags.policy === undefined
      ? []
      : [{ kind: "policy", policy: readPolicyFile(flags.policy), policyName: flags.policy, ...narrow }];
  const on = [...shares, ...pauses, ...policies];
  if (on.length > 0 || off || loseInstance !== undefined)
    return { ...(off ? { off: { service } } : {}), on, loseInstance };
  if (service === undefined && operation === undefined && forSeconds === undefined) return undefined;
  throw usageError({
    code: "FaultMissing",
    message: "--service, --operation and --for say which calls, but nothing says what is to go wrong with them.",
    hint: "Add --throttle, --fail, --lose-answers, --delay, --lag or --policy.",
  });
}

function readPolicyFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as unknown;
  } catch (error) {
    throw configError({
      code: "PolicyUnreadable",
      message: `The policy ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      hint: 'An IAM policy: {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ecs:*", "Resource": "*"}]}',
      cause: error,
    });
  }
}

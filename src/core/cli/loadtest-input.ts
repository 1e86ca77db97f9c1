import { readFile } from "node:fs/promises";
import type { Interfaces } from "@oclif/core";
import { usageError } from "../errors.ts";
import type { Screen } from "../output/screen.ts";
import type { loadtestFlags } from "./loadtest-flags.ts";
import { requireTerminal } from "./prompt.ts";

type Flags = Interfaces.InferredFlags<typeof loadtestFlags>;

/** Where a password comes from: never from the command line, which everybody on the computer can read. */
interface Sources {
  screen: Screen;
  env: Readonly<Record<string, string | undefined>>;
}

/** The options of a load test from what was typed; reads the body's file and asks for a password. Throws usage errors. */
export async function readLoadtestInput(flags: Flags, sources: Sources) {
  return {
    concurrency: flags.concurrency,
    rate: flags.rate,
    stages: flags.stage,
    rampSeconds: flags.ramp,
    maxInFlight: flags["max-in-flight"],
    maxRps: flags["max-rps"],
    warmupSeconds: flags.warmup,
    threads: flags.threads,
    durationSeconds: flags.duration,
    requests: flags.requests,
    until: flags.until,
    timeoutSeconds: flags.timeout,
    paths: flags.path,
    method: flags.method,
    headers: flags.header ?? [],
    body: flags["body-file"] === undefined ? flags.body : await readBody(flags["body-file"]),
    user: flags.user,
    password: flags.user === undefined ? undefined : await findPassword(flags.user, sources),
    keepAlive: flags.keepalive,
    insecure: flags.insecure,
    targets: flags.target ?? [],
    spread: flags.spread,
    ownsTargets: flags["yes-i-own-it"],
    slo: flags.slo ?? [],
    out: flags.out,
  };
}

async function readBody(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw usageError({ code: "NoBodyFile", message: `--body-file ${file}: ${(error as Error).message}` });
  }
}

async function findPassword(user: string, { screen, env }: Sources): Promise<string> {
  const known = env["ECSCTL_PASSWORD"];
  if (known !== undefined) return known;
  requireTerminal(screen, ["ECSCTL_PASSWORD"]);
  const prompts = await import("@inquirer/prompts");
  return prompts.password({ message: `Password of ${user}`, mask: true }, { output: process.stderr });
}

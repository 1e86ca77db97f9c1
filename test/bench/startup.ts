/**
 * Start-up as a person feels it: `ecsctl --version` and `ecsctl status` against `node -e 0`, whole processes, taken in
 * turn so that a noisy machine disturbs all three alike. Targets: under 2.5× and under 6×.
 */
import { spawnSync } from "node:child_process";
import { Journey } from "../support/journey.ts";

const rounds = Number(process.argv[2] ?? 15);
const journey = await Journey.open("bench");

function time(args: string[]): number {
  const began = performance.now();
  const done = spawnSync(process.execPath, args, { cwd: journey.dir, env: journey.env });
  if (done.status !== 0) throw new Error(`${args.join(" ")} exited ${done.status}: ${done.stderr.toString()}`);
  return performance.now() - began;
}
const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

try {
  await journey.json("sandbox", "start", "--speed", "60", "--runtime", "process");
  await journey.json("init", "--template", "flash-sale", "--dir", journey.dir, "--yes", "--force");
  await journey.json("push", "--sandbox", "--engine", "builtin");
  await journey.json("deploy", "--sandbox", "--yes");
  const cli = Journey.cli[1] ?? "";
  const commands: Record<string, string[]> = {
    "node -e 0": ["-e", "0"],
    "ecsctl --version": [cli, "--version"],
    "ecsctl status": [cli, "status", "--sandbox"],
  };
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, [] as number[]]));
  for (const args of Object.values(commands)) time(args);
  for (let round = 0; round < rounds; round++)
    for (const [name, args] of Object.entries(commands)) times[name]?.push(time(args));
  const base = median(times["node -e 0"] ?? []);
  for (const [name, values] of Object.entries(times))
    console.log(
      `${name.padEnd(18)} median ${median(values).toFixed(0).padStart(4)} ms   ${(median(values) / base).toFixed(2)} ×`,
    );
} finally {
  await journey.close();
}

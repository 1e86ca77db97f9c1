/**
 * Start-up as a person feels it: `ecsctl --version` and `ecsctl status` against `node -e 0`, whole processes, taken in
 * turn so that a noisy machine disturbs all alike. Processor time (user and system) beside it, which neighbours disturb
 * less. Targets of wall time: under 2.5× and under 6×. Needs bash, whose `time` tells the processor time of a child.
 */
import { spawnSync } from "node:child_process";
import { Journey } from "../support/journey.ts";

const rounds = Number(process.argv[2] ?? 15);
const journey = await Journey.open("bench");

interface Cost {
  /** Seconds. */
  wall: number;
  /** Seconds, user and system. */
  cpu: number;
}

function time(args: string[]): Cost {
  const script = `TIMEFORMAT='%3R %3U %3S'; time "$@"`;
  const done = spawnSync("bash", ["-c", script, "bash", process.execPath, ...args], {
    cwd: journey.dir,
    env: { ...journey.env, LC_ALL: "C" },
    encoding: "utf8",
  });
  // 10 is `plan` with changes pending.
  if (done.status !== 0 && done.status !== 10)
    throw new Error(`${args.join(" ")} exited ${done.status}: ${done.stderr}`);
  const [wall = 0, user = 0, system = 0] = (done.stderr.trim().split("\n").at(-1) ?? "").split(" ").map(Number);
  return { wall, cpu: user + system };
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
    "ecsctl endpoints": [cli, "endpoints", "--sandbox"],
    "ecsctl plan": [cli, "plan", "--sandbox"],
  };
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, [] as Cost[]]));
  for (const args of Object.values(commands)) time(args);
  for (let round = 0; round < rounds; round++)
    for (const [name, args] of Object.entries(commands)) times[name]?.push(time(args));
  const base = times["node -e 0"] ?? [];
  const show = (values: Cost[], kind: keyof Cost): string => {
    const own = median(values.map((value) => value[kind]));
    const ratio = own / median(base.map((value) => value[kind]));
    return `${kind} ${(own * 1000).toFixed(0).padStart(4)} ms ${ratio.toFixed(2).padStart(5)} ×`;
  };
  for (const [name, values] of Object.entries(times))
    console.log(`${name.padEnd(18)} median ${show(values, "wall")}   ${show(values, "cpu")}`);
} finally {
  await journey.close();
}

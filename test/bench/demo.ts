/** Where the demo's time goes: the wall time of each activity as a share of the whole, from one run. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const demo = join(import.meta.dirname, "../../scripts/demo.ts");
const began = performance.now();
const done = spawnSync(process.execPath, [demo, ...process.argv.slice(2)], {
  encoding: "utf8",
  env: { ...process.env, CI: "true" },
});
const whole = (performance.now() - began) / 1000;
if (done.status !== 0) throw new Error(`the demo exited ${done.status}:\n${done.stderr}`);

const rows = [...done.stdout.matchAll(/^\s*\d+ {2}(.+?)\s+([\d.]+) s$/gm)].map(([, name = "", seconds]) => ({
  name,
  seconds: Number(seconds),
}));
const told = rows.reduce((sum, { seconds }) => sum + seconds, 0);
for (const { name, seconds } of [...rows, { name: "start and end of the sandbox, init", seconds: whole - told }])
  console.log(
    `${name.padEnd(36)} ${seconds.toFixed(1).padStart(6)} s  ${((seconds / whole) * 100).toFixed(0).padStart(3)} %`,
  );
console.log(
  `${"the whole demo".padEnd(36)} ${whole.toFixed(1).padStart(6)} s  ${(whole / 120).toFixed(2)} of the two minutes it may take`,
);

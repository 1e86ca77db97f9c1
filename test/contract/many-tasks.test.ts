import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Project } from "../../src/core/config/project.ts";
import { alarmSchema } from "../../src/core/config/alarm-schema.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { readStatus } from "../../src/core/operations/read-status.ts";
import { watchService } from "../../src/core/operations/watch-service.ts";
import { formatStatus } from "../../src/core/output/status-view.ts";
import { DeployWorld } from "../support/deployable.ts";
import { runCli } from "../support/run-cli.ts";

const many = 2000;
/** AWS lists and describes a hundred tasks at a time, so forty calls are for them. */
const most = 50;
const megabytes = 300;

let world: DeployWorld;
let project: Project;

before(async () => {
  world = await DeployWorld.open(20);
  await world.push("big");
  project = world.project("big", (config) => {
    delete config.cluster.capacity;
    config.service.launchType = "FARGATE";
    config.service.desiredCount = many;
    config.alarms = [
      alarmSchema.parse({ name: "big-busy", metric: "cpu", threshold: 80 }),
      alarmSchema.parse({ name: "big-both", rule: 'ALARM("big-busy")' }),
    ];
  });
  await deploy(world.context(), project, { wait: false });
  await untilRunning();
});
after(() => world.close());

/** Ends without a word after a minute: then the tests say what is missing. */
async function untilRunning(): Promise<void> {
  const { aws } = world.context();
  for (let look = 0; look < 120; look++) {
    const { services = [] } = await aws.call("ecs", "DescribeServices", {
      cluster: "big-cluster",
      services: ["big-service"],
    });
    if (services[0]?.runningCount === many) return;
    await sleep(500);
  }
}

test("status of 2,000 tasks takes at most 50 calls, and a person reads fifty rows of it", async () => {
  const context = world.context();
  const snapshot = await readStatus(context, project);
  assert.equal(snapshot.tasks.length, many);
  assert.equal(new Set(snapshot.tasks.map(({ url }) => url)).size, many);
  assert.ok(context.aws.calls.length <= most, `${context.aws.calls.length} calls`);
  const text = formatStatus(snapshot);
  assert.match(text, /2000 running of 2000 desired/);
  assert.match(text, /… and 1950 more/);
});

test("a plan of it takes no more calls than of a single task", async () => {
  const context = world.context();
  assert.equal((await plan(context, project, {})).changes, 0);
  assert.ok(context.aws.calls.length <= most, `${context.aws.calls.length} calls`);
});

test("the process that asks stays under 300 MB", async () => {
  const file = join(world.dir, "big.config.yaml");
  writeFileSync(file, JSON.stringify(project.config));
  const atEnd = "process.on('exit', () => process.stderr.write('PEAK ' + process.resourceUsage().maxRSS + '\\n'))";
  const env = {
    AWS_ENDPOINT_URL: world.sandbox.url,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: world.sandbox.region.name,
    ECSCTL_STATE_DIR: world.dir,
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(atEnd)}`,
  };
  const { code, stdout, stderr } = await runCli(["status", "--json", "--config", file], { env, bin: "run.js" });
  assert.equal(code, 0, stderr);
  assert.equal((JSON.parse(stdout) as { tasks: unknown[] }).tasks.length, many);
  const peak = Number(/PEAK (\d+)/.exec(stderr)?.[1]) / 1024;
  assert.ok(peak < megabytes, `${Math.round(peak)} MB`);
});

test("status shows the app's own alarms, composite ones too", async () => {
  const { alarms } = await readStatus(world.context(), project);
  assert.deepEqual(
    alarms.map(({ name, policy }) => ({ name, policy })),
    [
      { name: "big-busy", policy: "" },
      { name: "big-both", policy: "" },
    ],
  );
});

test("watch looks at all of them with no more calls", async () => {
  const context = world.context(AbortSignal.timeout(120_000));
  await watchService(context, project, { intervalSeconds: 5, until: `count=${many}` });
  assert.ok(context.aws.calls.length <= most, `${context.aws.calls.length} calls`);
});

test("destroy takes all of them away, and the sandbox stops two thousand tasks at once", async () => {
  const context = world.context(AbortSignal.timeout(120_000));
  assert.deepEqual((await destroy(context, project, {})).remaining, []);
  // Tasks carry the app's tag: a sweep by tag turns a page for a hundred of them.
  assert.ok(context.aws.calls.length <= 4 * most, `${context.aws.calls.length} calls`);
});

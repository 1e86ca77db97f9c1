import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadProject, type Project } from "../../../src/core/config/project.ts";
import { removeScalingPolicy, writeScalingPolicy, writeScalingRange } from "../../../src/core/config/write-back.ts";

const dir = mkdtempSync(join(tmpdir(), "ecsctl-write-"));
after(() => rmSync(dir, { recursive: true }));

const file = join(dir, "ecsctl.yaml");
const service = `app: shop
image: { repository: shop }
cluster: { name: shop }
service: { name: web, launchType: FARGATE }
task:
  family: web
  cpu: 256
  memory: 512
  container: { name: web, port: 80 }
  logs: { group: /ecs/shop }
`;
const scaling = `scaling:
  min: 1
  max: 5
  policies:
    - { name: cpu, type: target-tracking, metric: cpu, target: 50 }
`;
const policy = (name: string, target: number) =>
  ({ name, type: "target-tracking", metric: "memory", target, disableScaleIn: false }) as const;

const load = (environment?: string): Project => loadProject({ cwd: dir, environment, env: {} });
/** `1-5: cpu 50` */
function tell(environment?: string): string {
  const { min, max, policies = [] } = load(environment).config.scaling ?? {};
  return `${min}-${max}: ${policies.map(({ name, target }) => `${name} ${target}`).join(", ")}`;
}

test("a policy is written where the environment has its own list, and the limits where it has its own", async () => {
  writeFileSync(
    file,
    `${service}${scaling}environments:
  production: # larger
    scaling:
      max: 20 # by contract
      policies:
        - { name: cpu, type: target-tracking, metric: cpu, target: 70 } # later
  none:
    scaling: { policies: [] }
  wide:
    scaling: { max: 9 }
`,
  );
  await writeScalingPolicy(load("production"), policy("more", 80), { min: 1, max: 30 });
  assert.equal(tell("production"), "1-30: cpu 70, more 80");
  assert.equal(tell(), "1-5: cpu 50");
  assert.match(readFileSync(file, "utf8"), /production: # larger\n {4}scaling:\n {6}max: 30 # by contract\n/);
  await removeScalingPolicy(load("production"), "cpu");
  assert.deepEqual([tell("production"), tell()], ["1-30: more 80", "1-5: cpu 50"]);
  await writeScalingPolicy(load("none"), policy("first", 60), { min: 1, max: 5 });
  assert.deepEqual([tell("none"), tell()], ["1-5: first 60", "1-5: cpu 50"]);
  // Its policies are the file's, its maximum is not.
  await writeScalingPolicy(load("wide"), policy("mine", 40), { min: 1, max: 9 });
  assert.deepEqual([tell("wide"), tell()], ["1-9: cpu 50, mine 40", "1-5: cpu 50, mine 40"]);
});

test("a range is written where the environment has its own, or else where all have theirs", async () => {
  writeFileSync(
    file,
    `${service}${scaling}environments:\n  wide:\n    scaling: { max: 9 }\n  plain:\n    tags: { a: b }\n`,
  );
  await writeScalingRange(load("wide"), { min: 2, max: 12 });
  assert.deepEqual([tell("wide"), tell()], ["2-12: cpu 50", "1-5: cpu 50"]);
  await writeScalingRange(load("plain"), { min: 1, max: 6 });
  assert.deepEqual([tell("plain"), tell()], ["1-6: cpu 50", "1-6: cpu 50"]);
});

test("where only the environment scales, nothing begins to scale elsewhere", async () => {
  writeFileSync(file, `${service}environments:\n  production:\n    scaling: { min: 2, max: 4 }\n`);
  await writeScalingPolicy(load("production"), policy("cpu", 50), { min: 2, max: 8 });
  assert.equal(tell("production"), "2-8: cpu 50");
  assert.equal(load().config.scaling, undefined);
});

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Project } from "../../../src/core/config/project.ts";
import type { Event } from "../../../src/core/events.ts";
import { longestPolicy, type PolicyDocument } from "../../../src/core/iam/build-policy.ts";
import { printPolicy, type PolicyOptions } from "../../../src/core/operations/print-policy.ts";
import { project } from "../../support/flash-sale.ts";

const dir = mkdtempSync(join(tmpdir(), "ecsctl-policy-"));
after(() => rmSync(dir, { recursive: true }));

const inRegion = (region?: string): Project => ({ ...project, config: { ...project.config, region } });

async function print(options: PolicyOptions, region?: string) {
  const events: Event[] = [];
  const result = await printPolicy((event) => void events.push(event), inRegion(region), options);
  return { ...result, warnings: events.filter(({ type }) => type === "warning").length };
}

test("region, partition and account are in every ARN that has them", async () => {
  const { policy } = await print({ commands: ["status"], account: "123456789012" }, "cn-north-1");
  const text = JSON.stringify(policy);
  assert.match(text, /arn:aws-cn:ecs:cn-north-1:123456789012:service\/flash-sale-cluster\/flash-sale-service/);
  assert.doesNotMatch(text, /arn:aws:/);
  const anywhere = await print({ commands: ["status"] });
  assert.match(JSON.stringify(anywhere.policy), /arn:aws:ecs:\*:\*:service/);
});

test("firewalls are made in the VPC that ecsctl.yaml names, or in any", async () => {
  const vpc = "vpc-0123456789abcdef0";
  const own: Project = { ...project, config: { ...project.config, network: { vpc } } };
  const textOf = async (from: Project): Promise<string> =>
    JSON.stringify((await printPolicy(() => {}, from, { commands: ["deploy"] })).policy);
  assert.match(await textOf(own), /:vpc\/vpc-0123456789abcdef0"/);
  assert.match(await textOf(project), /:vpc\/\*"/);
});

test("a long policy is warned of, or written in parts that together are the whole", async () => {
  const printed = await print({ commands: ["all"] });
  assert.ok(printed.characters > longestPolicy && printed.parts.length > 1);
  assert.equal(printed.warnings, 1);
  const { files, warnings, policy } = await print({ commands: ["all"], out: join(dir, "all.json") });
  assert.equal(warnings, 0);
  assert.deepEqual(
    readdirSync(dir),
    files.map((_file, index) => `all-${index + 1}.json`),
  );
  const parts = files.map((file) => JSON.parse(readFileSync(file, "utf8")) as PolicyDocument);
  assert.deepEqual(
    parts.flatMap(({ Statement }) => Statement),
    policy.Statement,
  );
});

test("a short one is one file; where none can be written, it says so", async () => {
  const { files } = await print({ commands: ["status"], out: join(dir, "status.json") });
  assert.deepEqual(files, [join(dir, "status.json")]);
  const nowhere = print({ commands: ["status"], out: join(dir, "no/such/folder.json") });
  await assert.rejects(nowhere, { code: "OutUnwritable", exitCode: 3, message: /cannot be written \(ENOENT\)/ });
});

test("an account has twelve digits", async () =>
  assert.rejects(print({ commands: ["status"], account: "me" }), { code: "InvalidAccount", exitCode: 2 }));

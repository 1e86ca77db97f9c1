import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Journey } from "../support/journey.ts";

interface Answer {
  faults: { kind: string; service: string | null; seconds: number | null; until: string | null }[];
  lost: string | null;
}
const codeOf = (text: { json<T>(): T }) => text.json<{ error: { code: string } }>().error.code;

describe("ecsctl sandbox fault", () => {
  let journey: Journey;
  before(async () => {
    journey = await Journey.open("fault");
  });
  after(() => journey.close());

  it("doctor without credentials and configuration fails for AWS, and says what it skipped and why", async () => {
    const { code, stdout, stderr } = await journey.run(["doctor", "--region", "us-east-1"]);
    assert.equal(code, 4, stderr);
    assert.match(stdout, /✖ credentials +There are no AWS credentials\..*\n +hint: aws configure .*--sandbox/);
    assert.match(stdout, /– permissions +skipped: AWS did not say who we are: see credentials/);
    assert.match(stdout, /\n1 check failed\.\n$/);
  });

  it("without a sandbox there is nothing to disturb", async () => {
    const refused = await journey.run(["sandbox", "fault", "--throttle", "30", "--json"]);
    assert.equal(refused.code, 2);
    assert.equal(codeOf(refused), "SandboxNotRunning");
  });

  it("turns faults on and off, and status shows them", async () => {
    await journey.json("sandbox", "start", "--runtime", "process");
    assert.deepEqual(await journey.json("sandbox", "fault"), { faults: [], lost: null });
    await journey.json("sandbox", "fault", "--throttle", "30", "--delay", "80ms", "--service", "ecs", "--for", "5m");
    const { faults } = await journey.json<Answer>("sandbox", "status");
    assert.deepEqual(
      faults.map(({ kind, service, seconds, until }) => ({ kind, service, seconds, ends: until !== null })),
      [
        { kind: "throttle", service: "ecs", seconds: null, ends: true },
        { kind: "delay", service: "ecs", seconds: 0.08, ends: true },
      ],
    );
    assert.match((await journey.run(["sandbox", "status"])).stdout, /fault: throttles 30 % of the calls \(ecs:\*\)/);
    assert.equal((await journey.json<Answer>("sandbox", "fault", "--off")).faults.length, 0);
  });

  it("a policy refuses, and the command says which statement is missing", async () => {
    const file = join(journey.dir, "policy.json");
    const Statement = { Effect: "Allow", Action: ["sts:*", "ec2:*"], Resource: "*" };
    writeFileSync(file, JSON.stringify({ Version: "2012-10-17", Statement }));
    await journey.json("init", "--template", "flash-sale", "--yes");
    await journey.json("sandbox", "fault", "--policy", file);
    const refused = await journey.run(["status", "--sandbox", "--json"]);
    assert.equal(refused.code, 4, refused.stdout);
    assert.match(
      refused.stdout,
      /Add this statement to the policy: .*ecs:Describe(Services|Clusters).*arn:aws:ecs:us-east-1/,
    );
    await journey.json("sandbox", "fault", "--off");
  });

  it("a printed policy is enough for its command and for nothing else", async () => {
    const file = join(journey.dir, "doctor.json");
    await journey.json("iam", "policy", "--for", "doctor", "--out", file);
    await journey.json("sandbox", "fault", "--policy", file);
    const { checks } = await journey.json<{ checks: { name: string; detail: string }[] }>(
      "doctor",
      "--sandbox",
      "--for",
      "doctor",
    );
    assert.match(checks.find(({ name }) => name === "permissions")?.detail ?? "", /may do all \d+ actions of doctor$/);
    const deploy = await journey.run(["doctor", "--sandbox", "--for", "deploy", "--json"]);
    assert.equal(deploy.code, 4, deploy.stdout);
    assert.match(deploy.stdout, /may not: .*Attach what it prints: ecsctl iam policy --for deploy/s);
    await journey.json("sandbox", "fault", "--off");
  });

  for (const [args, code] of [
    [["--service", "ecs"], "FaultMissing"],
    [["--fail", "5", "--service", "nope"], "FaultRefused"],
    [["--lose-instance", "i-0"], "FaultRefused"],
  ] as const)
    it(`${args.join(" ")} is a usage error`, async () => {
      const refused = await journey.run(["sandbox", "fault", ...args, "--json"]);
      assert.equal(refused.code, 2, refused.stdout);
      assert.equal(codeOf(refused), code);
    });
});

import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { after, afterEach, before, describe, test } from "node:test";
import { type Config, loadBalancerSchema } from "../../src/core/config/schema.ts";
import type { Check } from "../../src/core/doctor/check.ts";
import { configError, usageError } from "../../src/core/errors.ts";
import { type Diagnosis, diagnose, type DiagnoseOptions } from "../../src/core/operations/diagnose.ts";
import { subnets, vpcs } from "../../src/sandbox/world/records/ec2.ts";
import { isChanging, DeployWorld } from "../support/deployable.ts";

let world: DeployWorld;
before(async () => {
  world = await DeployWorld.open();
});
after(() => world.close());
afterEach(() => world.sandbox.faults.clear());

const enforce = (...Statement: object[]): void =>
  world.sandbox.faults.add({ kind: "policy", policy: { Version: "2012-10-17", Statement } });
const everything = { Effect: "Allow", Action: "*", Resource: "*" };
const no = (...Action: string[]) => ({ Effect: "Deny", Action, Resource: "*" });

interface Found extends Diagnosis {
  of: (name: string) => Check;
  calls: string[];
}

async function examine(
  change: (config: Config) => void = () => {},
  other: Partial<DiagnoseOptions> = {},
): Promise<Found> {
  const context = world.context();
  const diagnosis = await diagnose({
    project: async () => world.project("shop", change),
    context: async () => context,
    commands: ["all"],
    env: {},
    stateDir: tmpdir(),
    signal: context.signal,
    ...other,
  });
  const of = (name: string): Check => {
    const found = diagnosis.checks.find((one) => one.name === name);
    assert.ok(found, name);
    return found;
  };
  return { ...diagnosis, of, calls: context.aws.calls.filter(isChanging).map(({ operation }) => operation) };
}

const failedOf = ({ checks }: Found): string[] =>
  checks.filter(({ status }) => status === "failed").map(({ name }) => name);

describe("doctor", () => {
  test("finds nothing wrong with a new account, and changes nothing", async () => {
    const found = await examine();
    assert.deepEqual(failedOf(found), []);
    assert.equal(found.failed, 0);
    assert.match(found.of("credentials").detail, /123456789012$/);
    assert.match(found.of("permissions").detail, /may do all \d+ actions of all commands$/);
    assert.match(found.of("vcpu quota").detail, /^3 vCPUs at the maximum, .* is 5$/);
    assert.match(found.of("registry").detail, /has no shop-web:latest yet$/);
    assert.deepEqual(
      found.calls.filter((name) => name !== "SimulatePrincipalPolicy"),
      [],
    );
  });

  test("names the actions that IAM would refuse, and looks at the rest all the same", async () => {
    enforce(everything, no("ecs:CreateCluster", "iam:PassRole"));
    const found = await examine();
    assert.deepEqual(failedOf(found), ["permissions"]);
    const { detail, hint } = found.of("permissions");
    assert.match(detail, /user\/sandbox may not: ecs:CreateCluster, iam:PassRole\.$/);
    assert.equal(hint, "Attach what it prints: ecsctl iam policy --for all");
    const status = await examine(undefined, { commands: ["status"] });
    assert.match(status.of("permissions").detail, /may do all \d+ actions of status$/);
  });

  test("does without what only doctor asks for", async () => {
    enforce(everything, no("iam:SimulatePrincipalPolicy", "servicequotas:GetServiceQuota", "iam:GetRole"));
    const found = await examine();
    assert.deepEqual(failedOf(found), []);
    for (const name of ["permissions", "vcpu quota", "service-linked roles"])
      assert.equal(found.of(name).status, "skipped", name);
    assert.match(found.of("vcpu quota").hint ?? "", /forbids it.* servicequotas:GetServiceQuota on /);
  });

  test("says which statement is missing for what a deploy reads", async () => {
    enforce(everything, no("ec2:DescribeVpcs"));
    const found = await examine();
    assert.ok(failedOf(found).includes("network"));
    assert.match(found.of("network").hint ?? "", /forbids it.* ec2:DescribeVpcs on /);
  });

  test("an instance type that is not there, too many of one, and Fargate's own quota", async () => {
    const type = await examine(({ cluster }) => void (cluster.capacity && (cluster.capacity.instanceType = "t9.huge")));
    assert.deepEqual(failedOf(type), ["instance type"]);
    assert.match(type.of("vcpu quota").detail, /there is no t9\.huge: see instance type/);
    const many = await examine(({ cluster }) => void (cluster.capacity && (cluster.capacity.max = 9)));
    assert.deepEqual(failedOf(many), ["vcpu quota"]);
    assert.match(many.of("vcpu quota").hint ?? "", /--service-code ec2 --quota-code L-1216C47A --desired-value 9$/);
    const fargate = await examine((config) => {
      delete config.cluster.capacity;
      config.service.launchType = "FARGATE";
      config.service.desiredCount = 100;
    });
    assert.match(fargate.of("vcpu quota").detail, /^25 vCPUs .* "Fargate On-Demand vCPU resource count" is 6/);
    assert.equal(fargate.of("instance type").status, "skipped");
  });

  test("an account without a default VPC", async () => {
    const kept = [...vpcs(world.sandbox.region)];
    for (const [, vpc] of kept) vpc.isDefault = false;
    try {
      const found = await examine();
      assert.match(
        found.of("network").hint ?? "",
        /network: \{ vpc: vpc-… \}.*aws ec2 create-default-vpc --region us-east-1$/,
      );
    } finally {
      for (const [, vpc] of kept) vpc.isDefault = true;
    }
  });

  test("one default subnet is enough for instances, but not for a load balancer", async () => {
    const [, ...others] = subnets(world.sandbox.region).values();
    for (const subnet of others) subnet.defaultForAz = false;
    try {
      assert.match((await examine()).of("network").detail, /has one default subnet: enough without/);
      const balanced = await examine((config) => void (config.loadBalancer = loadBalancerSchema.parse({})));
      assert.match(balanced.of("network").detail, /a load balancer wants two/);
    } finally {
      for (const subnet of others) subnet.defaultForAz = true;
    }
  });

  test("without a region or credentials everything of AWS is skipped, and says so", async () => {
    const missing = usageError({ code: "MissingRegion", message: "No AWS region is set.", hint: "Give --region" });
    const found = await examine(undefined, { context: () => Promise.reject(missing) });
    assert.deepEqual(failedOf(found), ["region"]);
    const names = ["credentials", "clock", "permissions", "network", "registry"];
    assert.ok(names.every((name) => found.of(name).status === "skipped"));
    const context = world.context();
    Object.defineProperty(context.aws, "call", {
      value: () =>
        Promise.reject(Object.assign(new Error("Could not load credentials"), { name: "CredentialsProviderError" })),
    });
    const anonymous = await examine(undefined, { context: async () => context });
    assert.deepEqual(failedOf(anonymous), ["credentials"]);
    assert.match(anonymous.of("credentials").hint ?? "", /aws configure/);
  });

  test("a clock that is off is told also where credentials are not accepted: it may be why", async () => {
    const context = world.context();
    context.aws.clock.observe(Date.now() + 3_600_000);
    const expired = Object.assign(new Error("Signature expired"), { name: "SignatureDoesNotMatch" });
    Object.defineProperty(context.aws, "call", { value: () => Promise.reject(expired) });
    Object.defineProperty(context.aws, "endpoint", { value: undefined });
    const found = await examine(undefined, { context: async () => ({ ...context, env: {} }) });
    assert.deepEqual(failedOf(found), ["credentials", "clock"]);
  });

  test("a configuration with a fault in it fails; none at all is skipped", async () => {
    const broken = configError({ code: "Broken", message: "ecsctl.yaml:3:1: no." });
    const found = await examine(undefined, { project: () => Promise.reject(broken) });
    assert.equal(found.of("configuration").detail, "ecsctl.yaml:3:1: no.");
    assert.equal(found.of("permissions").status, "skipped");
    const reject = () => Promise.reject(broken);
    const both = await examine(undefined, { project: reject, context: reject });
    assert.deepEqual(failedOf(both), ["configuration"]);
    assert.equal(both.of("region").status, "skipped");
    const absent = usageError({ code: "ConfigNotFound", message: "There is no ecsctl.yaml." });
    const without = await examine(undefined, { project: () => Promise.reject(absent) });
    assert.equal(without.of("configuration").status, "skipped");
    assert.equal(without.failed, 0);
  });

  test("a command that is none is refused before anything is looked at", async () => {
    await assert.rejects(examine(undefined, { commands: ["deplyo"] }), { code: "UnknownCommand", exitCode: 2 });
  });
});

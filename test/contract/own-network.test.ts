import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  EC2Client,
  ModifySubnetAttributeCommand,
} from "@aws-sdk/client-ec2";
import type { Project } from "../../src/core/config/project.ts";
import type { Config } from "../../src/core/config/schema.ts";
import { checkInstanceType, checkNetwork } from "../../src/core/doctor/check-account.ts";
import { deploy } from "../../src/core/operations/deploy.ts";
import { destroy } from "../../src/core/operations/destroy.ts";
import { exportStack } from "../../src/core/operations/export-stack.ts";
import { plan } from "../../src/core/operations/plan-deploy.ts";
import { instances } from "../../src/sandbox/world/records/ec2.ts";
import { changingCalls, DeployWorld } from "../support/deployable.ts";
import { readTemplate } from "../support/exports.ts";
import { fakeCredentials } from "../support/sandbox.ts";

/** Reads that a plan without changes may take. */
const most = 20;

let world: DeployWorld;
let ec2: EC2Client;
/** A VPC with two public subnets in two zones, another one in the first of them, and a private one. */
let vpc = "";
let [first, second, crowded, hidden] = ["", "", "", ""];

async function makeVpc(CidrBlock: string): Promise<string> {
  return (await ec2.send(new CreateVpcCommand({ CidrBlock }))).Vpc?.VpcId ?? "";
}

async function makeSubnet(VpcId: string, CidrBlock: string, zone: string, open = true): Promise<string> {
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone: `us-east-1${zone}` }),
  );
  const SubnetId = Subnet?.SubnetId ?? "";
  if (open) await ec2.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
  return SubnetId;
}

before(async () => {
  world = await DeployWorld.open();
  ec2 = new EC2Client({ region: "us-east-1", endpoint: world.sandbox.url, credentials: fakeCredentials });
  vpc = await makeVpc("10.0.0.0/16");
  first = await makeSubnet(vpc, "10.0.0.0/24", "a");
  second = await makeSubnet(vpc, "10.0.1.0/24", "b");
  crowded = await makeSubnet(vpc, "10.0.2.0/24", "a");
  hidden = await makeSubnet(vpc, "10.0.3.0/24", "c", false);
  // Whoever deleted the default VPC needs no other.
  const { Subnets = [] } = await world.sandbox.aws().call("ec2", "DescribeSubnets", {
    Filters: [{ Name: "default-for-az", Values: ["true"] }],
  });
  await Promise.all(Subnets.map(({ SubnetId }) => ec2.send(new DeleteSubnetCommand({ SubnetId }))));
  await ec2.send(new DeleteVpcCommand({ VpcId: Subnets[0]?.VpcId }));
});
after(async () => {
  ec2.destroy();
  await world.close();
});

const inNetwork = (project: Project, network: Config["network"]): Project => ({
  ...project,
  config: { ...project.config, network },
});

async function expectNothingToDo(project: Project): Promise<void> {
  const { aws } = world.context();
  const context = { ...world.context(), aws };
  const { changes, steps } = await plan(context, project, {});
  const pending = steps.filter(({ action }) => action !== "keep").map(({ id }) => id);
  assert.deepEqual([changes, pending], [0, []]);
  assert.deepEqual(changingCalls(aws), []);
  assert.ok(aws.calls.length <= most, `${aws.calls.length}: ${aws.calls.map((call) => call.operation).join(" ")}`);
}

async function expectOnlyOurNetwork(): Promise<void> {
  const aws = world.sandbox.aws();
  const [{ Vpcs = [] }, { Subnets = [] }, { SecurityGroups = [] }] = await Promise.all([
    aws.call("ec2", "DescribeVpcs", { Filters: [{ Name: "vpc-id", Values: [vpc] }] }),
    aws.call("ec2", "DescribeSubnets", { Filters: [{ Name: "vpc-id", Values: [vpc] }] }),
    aws.call("ec2", "DescribeSecurityGroups", { Filters: [{ Name: "vpc-id", Values: [vpc] }] }),
  ]);
  assert.equal(Vpcs.length, 1);
  assert.deepEqual(Subnets.map(({ SubnetId }) => SubnetId).sort(), [first, second, crowded, hidden].sort());
  assert.deepEqual(
    SecurityGroups.map(({ GroupName }) => GroupName),
    ["default"],
  );
}

describe("the flash sale on instances in a VPC of one's own", () => {
  const sale = (network: Config["network"]): Project => inNetwork(world.project("sale"), network);

  test("without a default VPC and without a network, the error names the setting", async () => {
    await assert.rejects(plan(world.context(), sale(undefined), {}), {
      code: "DefaultVpcMissing",
      exitCode: 3,
      hint: /network: \{ vpc: vpc-… \}.*create-default-vpc/,
    });
  });

  test("is deployed into the subnets that it names, and the plan is empty then", async () => {
    await world.push("sale");
    const project = sale({ subnets: [first, second] });
    const { steps } = await plan(world.context(), project, {});
    const notes = steps.find(({ resource }) => resource === "security-group")?.notes.join("\n") ?? "";
    assert.match(notes, /in the network of ecsctl.yaml \(subnet-.*\): used, never changed or deleted/);
    await deploy(world.context(), project, {});
    const [instance] = instances(world.sandbox.region).values();
    assert.equal(instance?.vpcId, vpc);
    assert.ok([first, second].includes(instance?.subnetId ?? ""));
    await expectNothingToDo(project);
  });

  test("another network in the same VPC is a change of subnets, made once", async () => {
    const project = sale({ vpc });
    const { steps } = await plan(world.context(), project, {});
    const changes = steps.flatMap(({ resource, changes: all }) => all.map((change) => ({ resource, ...change })));
    assert.deepEqual(changes, [
      {
        resource: "auto-scaling-group",
        path: "subnets",
        from: [first, second].sort(),
        to: [first, second, crowded].sort(),
      },
      {
        resource: "auto-scaling-group",
        path: "tags.ecsctl:network",
        from: [first, second].sort().join(" "),
        to: vpc,
      },
    ]);
    await deploy(world.context(), project, {});
    await expectNothingToDo(project);
  });

  test("another VPC is refused before anything is changed, with what to do", async () => {
    const other = await makeVpc("10.1.0.0/16");
    const subnet = await makeSubnet(other, "10.1.0.0/24", "a");
    const context = world.context();
    await assert.rejects(deploy(context, sale({ subnets: [subnet] }), {}), {
      code: "OtherVpc",
      exitCode: 3,
      message: new RegExp(`The app is in ${vpc} already .*, and is to be in ${other}`),
      hint: new RegExp(`network: \\{ vpc: ${vpc} \\}.*ecsctl destroy`),
    });
    assert.deepEqual(changingCalls(context.aws), []);
    await assert.rejects(plan(world.context(), sale({ subnets: [first, subnet] }), {}), {
      code: "SubnetsOfSeveralVpcs",
    });
    await assert.rejects(plan(world.context(), sale({ vpc: other, subnets: [first] }), {}), {
      code: "SubnetOfAnotherVpc",
    });
    await ec2.send(new DeleteSubnetCommand({ SubnetId: subnet }));
    await assert.rejects(plan(world.context(), sale({ vpc: other }), {}), { code: "SubnetsMissing" });
    await ec2.send(new DeleteVpcCommand({ VpcId: other }));
    await assert.rejects(plan(world.context(), sale({ vpc: other }), {}), { code: "VpcNotFound" });
    await assert.rejects(plan(world.context(), sale({ subnets: [subnet, first] }), {}), {
      code: "SubnetNotFound",
      message: `network.subnets: there is no ${subnet} in us-east-1.`,
    });
  });

  test("is exported and looked at by doctor where it is", async () => {
    const project = sale({ vpc });
    const { files } = await exportStack(world.context(), project, { format: "cloudformation" });
    const written = files.map(({ content }) => content).join("\n");
    for (const id of [vpc, first, second]) assert.ok(written.includes(id), id);
    const aws = world.sandbox.aws();
    const looked = await checkNetwork(aws, project.config);
    assert.deepEqual(looked, {
      status: "ok",
      detail: `${vpc} with 3 subnets to use (network: ${vpc})`,
      hint: undefined,
    });
    const offered = await checkInstanceType(aws, "t2.small", { vpc });
    assert.equal(offered.detail, "t2.small in us-east-1a, us-east-1b");
    const skipped = await checkInstanceType(aws, "t2.small", { vpc: "vpc-00000000000000000" });
    assert.equal(skipped.status, "skipped");
  });

  test("destroy leaves the VPC and its subnets", async () => {
    const { remaining } = await destroy(world.context(), sale({ vpc }), {});
    assert.deepEqual(remaining, []);
    await expectOnlyOurNetwork();
  });
});

describe("the API behind its load balancer in a VPC of one's own", () => {
  const api = (network: Config["network"]): Project => {
    const config = readTemplate("api");
    config.image.repository = `${config.app}-web`;
    return { ...world.project(config.app), config: { ...config, network } };
  };

  test("a load balancer wants one subnet in each of two zones", async () => {
    const refused = (network: Config["network"]) => plan(world.context(), api(network), {});
    await assert.rejects(refused({ subnets: [first, crowded] }), { code: "SubnetsOfOneZone", exitCode: 3 });
    await assert.rejects(refused({ subnets: [first] }), {
      code: "TwoZonesNeeded",
      message: "A load balancer needs subnets in two zones; network.subnets are in us-east-1a.",
    });
  });

  test("is deployed into one public subnet of each zone, and the plan is empty then", async () => {
    const project = api({ vpc });
    await world.push(project.config.app);
    await deploy(world.context(), project, {});
    const aws = world.sandbox.aws();
    const { LoadBalancers: [balancer] = [] } = await aws.call("elbv2", "DescribeLoadBalancers", {});
    assert.equal(balancer?.VpcId, vpc);
    const used = [[first, crowded].sort()[0], second].sort();
    assert.deepEqual(balancer?.AvailabilityZones?.map(({ SubnetId }) => SubnetId).sort(), used);
    await expectNothingToDo(project);
    // The same in other words: noticed, kept, and then no call more than before.
    const named = api({ subnets: used.map(String) });
    const { steps } = await plan(world.context(), named, {});
    const changed = steps.flatMap(({ resource, changes }) => changes.map(({ path }) => `${resource} ${path}`));
    assert.deepEqual(changed, ["load-balancer tags.ecsctl:network"]);
    await deploy(world.context(), named, {});
    await expectNothingToDo(named);
    const { cost } = await plan(world.context(), project, {});
    assert.equal(cost?.lines.find(({ name }) => /address.*load balancer/i.test(name))?.quantityMin, 2);
  });

  test("destroy leaves the VPC and its subnets", async () => {
    const { remaining } = await destroy(world.context(), api({ vpc }), {});
    assert.deepEqual(remaining, []);
    await expectOnlyOurNetwork();
  });
});

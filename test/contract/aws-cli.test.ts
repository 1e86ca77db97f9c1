import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { addCapacity } from "../support/capacity.ts";
import { runTool, type ToolOutcome, versionOf } from "../support/run-tool.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

/** Older ones do not know AWS_ENDPOINT_URL and would go to AWS itself. */
function reasonToSkip(): string | false {
  const version = versionOf("aws", ["--version"]);
  const [, major = "0", minor = "0"] = /aws-cli\/(\d+)\.(\d+)/.exec(version ?? "") ?? [];
  if (!version) return "the AWS CLI is not installed";
  const knows = Number(major) === 1 ? Number(minor) >= 29 : Number(minor) >= 13;
  return knows ? false : `${version} does not know AWS_ENDPOINT_URL`;
}

const containers = JSON.stringify([
  { name: "web", image: "shop:latest", memory: 128, portMappings: [{ containerPort: 80, hostPort: 0 }] },
]);
const policy = JSON.stringify({
  TargetValue: 50,
  PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
});
const target = "--service-namespace ecs --resource-id service/shop/web --scalable-dimension ecs:service:DesiredCount";

describe("the AWS CLI drives the sandbox", { skip: reasonToSkip() }, () => {
  let sandbox: TestSandbox;
  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox.close());

  /** A command line as a user types it; no argument here has a space in it. */
  const aws = (line: string): Promise<ToolOutcome> => runTool(sandbox.url, "aws", line.split(" "));
  /** Runs a command that must succeed and reads the JSON that it prints. */
  async function read<T>(line: string): Promise<T> {
    const { code, stdout, stderr } = await aws(`${line} --output json`);
    assert.equal(code, 0, `aws ${line}: ${stderr}`);
    return JSON.parse(stdout || "{}") as T;
  }
  const service = async () => {
    const { services } = await read<{
      services: { status: string; desiredCount: number; runningCount: number; events: { message: string }[] }[];
    }>("ecs describe-services --cluster shop --services web");
    assert.ok(services[0]);
    return services[0];
  };

  it("says who it is", async () => {
    const me = await read<{ Account: string; Arn: string }>("sts get-caller-identity");
    assert.equal(me.Account, "123456789012");
  });

  it("creates: a cluster, its capacity, a task definition, a service that becomes steady", async () => {
    const made = await read<{ cluster: { status: string } }>("ecs create-cluster --cluster-name shop");
    assert.equal(made.cluster.status, "ACTIVE");
    await addCapacity(sandbox, "shop");
    await read(
      `ecs register-task-definition --family web --network-mode bridge --requires-compatibilities EC2 --container-definitions ${containers}`,
    );
    await read(
      "ecs create-service --cluster shop --service-name web --task-definition web --desired-count 1 --launch-type EC2",
    );
    assert.equal((await service()).runningCount, 0, "nothing is born RUNNING");
    await sandbox.advance(180);
    const { status, runningCount, events } = await service();
    assert.deepEqual({ status, runningCount }, { status: "ACTIVE", runningCount: 1 });
    assert.match(events[0]?.message ?? "", /^\(service web\) has reached a steady state\.$/);
  });

  it("makes a network: a VPC with subnets in two zones, one of them public", async () => {
    const { Vpc } = await read<{ Vpc: { VpcId: string } }>("ec2 create-vpc --cidr-block 10.0.0.0/16");
    const add = (cidr: string, zone: string) =>
      read<{ Subnet: { SubnetId: string } }>(
        `ec2 create-subnet --vpc-id ${Vpc.VpcId} --cidr-block ${cidr} --availability-zone ${zone}`,
      );
    const { Subnet } = await add("10.0.0.0/24", "us-east-1a");
    await add("10.0.1.0/24", "us-east-1b");
    await read(`ec2 modify-subnet-attribute --subnet-id ${Subnet.SubnetId} --map-public-ip-on-launch`);
    const { Subnets } = await read<{ Subnets: { MapPublicIpOnLaunch: boolean }[] }>(
      `ec2 describe-subnets --filters Name=vpc-id,Values=${Vpc.VpcId}`,
    );
    assert.deepEqual(
      Subnets.map((one) => one.MapPublicIpOnLaunch),
      [true, false],
    );
    const { code, stderr } = await aws(`ec2 delete-vpc --vpc-id ${Vpc.VpcId}`);
    assert.notEqual(code, 0);
    assert.match(stderr, /\(DependencyViolation\) when calling the DeleteVpc operation: The vpc '.*' has dependencies/);
  });

  it("describes: tasks, instances by filter, groups by name", async () => {
    const { taskArns } = await read<{ taskArns: string[] }>("ecs list-tasks --cluster shop");
    assert.equal(taskArns.length, 1);
    const { Reservations } = await read<{ Reservations: { Instances: { State: { Name: string } }[] }[] }>(
      "ec2 describe-instances --filters Name=instance-state-name,Values=running",
    );
    assert.deepEqual(
      Reservations.flatMap(({ Instances }) => Instances.map(({ State }) => State.Name)),
      ["running"],
    );
    const { AutoScalingGroups } = await read<{ AutoScalingGroups: { DesiredCapacity: number }[] }>(
      "autoscaling describe-auto-scaling-groups --auto-scaling-group-names shop",
    );
    assert.equal(AutoScalingGroups[0]?.DesiredCapacity, 1);
    const text = await aws("iam get-role --role-name ecsInstanceRole --output text");
    assert.match(text.stdout, /arn:aws:iam::123456789012:role\/ecsInstanceRole/);
  });

  it("scales: by hand, and by a policy whose alarms it can read", async () => {
    await read("ecs update-service --cluster shop --service web --desired-count 2");
    await sandbox.advance(180);
    assert.equal((await service()).runningCount, 2);
    await read(`application-autoscaling register-scalable-target ${target} --min-capacity=1 --max-capacity=3`);
    const put = await read<{ Alarms: { AlarmName: string }[] }>(
      `application-autoscaling put-scaling-policy ${target} --policy-name=cpu --policy-type=TargetTrackingScaling --target-tracking-scaling-policy-configuration ${policy}`,
    );
    assert.equal(put.Alarms.length, 2);
    const { MetricAlarms } = await read<{ MetricAlarms: { AlarmName: string; Threshold: number }[] }>(
      "cloudwatch describe-alarms --alarm-name-prefix TargetTracking-service/shop/web",
    );
    assert.deepEqual(MetricAlarms.map(({ Threshold }) => Threshold).sort(), [45, 50]);
  });

  it("hears errors in AWS's words", async () => {
    const missing = await aws("ecs delete-cluster --cluster nope");
    assert.notEqual(missing.code, 0);
    assert.match(
      missing.stderr,
      /An error occurred \(ClusterNotFoundException\) when calling the DeleteCluster operation: Cluster not found\./,
    );
    assert.match((await aws("iam get-role --role-name nobody")).stderr, /\(NoSuchEntity\)/);
    const instance = await aws("ec2 describe-instances --instance-ids i-00000000000000000");
    assert.match(instance.stderr, /\(InvalidInstanceID\.NotFound\)/);
    const unwritten = await aws("ecs list-attributes --target-type container-instance");
    assert.match(unwritten.stderr, /The sandbox does not implement ecs:ListAttributes/);
  });

  it("deletes: the service drains, then the cluster goes", async () => {
    await read(`application-autoscaling deregister-scalable-target ${target}`);
    await read("ecs delete-service --cluster shop --service web --force");
    await sandbox.advance(120);
    assert.equal((await service()).status, "INACTIVE");
    const held = await aws("ecs delete-cluster --cluster shop");
    assert.match(held.stderr, /\(ClusterContainsContainerInstancesException\)/);
    await read("autoscaling delete-auto-scaling-group --auto-scaling-group-name shop --force-delete");
    await sandbox.advance(300);
    const { cluster } = await read<{ cluster: { status: string } }>("ecs delete-cluster --cluster shop");
    assert.equal(cluster.status, "INACTIVE");
  });
});

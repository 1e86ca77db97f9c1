import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { after, afterEach, before, describe, it } from "node:test";
import * as autoscaling from "@aws-sdk/client-auto-scaling";
import * as cloudwatch from "@aws-sdk/client-cloudwatch";
import * as ec2 from "@aws-sdk/client-ec2";
import * as ecr from "@aws-sdk/client-ecr";
import * as ecs from "@aws-sdk/client-ecs";
import * as iam from "@aws-sdk/client-iam";
import * as sts from "@aws-sdk/client-sts";
import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from "@aws-sdk/core/protocols";
import { ApiError, meta } from "../../src/sandbox/wire/api.ts";
import type { Members } from "../../src/sandbox/wire/codecs.ts";
import { startWire, type WireServer } from "../support/wire-server.ts";

interface AwsFailure extends Error {
  $metadata: { httpStatusCode?: number; requestId?: string };
}

async function failureOf(call: Promise<unknown>): Promise<AwsFailure> {
  try {
    await call;
  } catch (error) {
    return error as AwsFailure;
  }
  throw new Error("the call was answered");
}

describe("errors that handlers throw arrive as the clients' own", () => {
  let wire: WireServer;
  let answer: () => Members = () => ({});
  before(async () => {
    wire = await startWire(() => answer());
  });
  after(() => wire.close());
  afterEach(() => wire.log.splice(0));

  const throws = (error: Error) => {
    answer = () => {
      throw error;
    };
  };

  it("JSON: the class, the message, 400 and a request id", async () => {
    throws(new ecs.ClusterNotFoundException({ message: "Cluster not found.", ...meta }));
    const client = new ecs.ECSClient(wire.settings);
    const failure = await failureOf(client.send(new ecs.DeleteClusterCommand({ cluster: "nope" })));
    assert.ok(failure instanceof ecs.ClusterNotFoundException);
    assert.equal(failure.message, "Cluster not found.");
    assert.equal(failure.$metadata.httpStatusCode, 400);
    assert.match(failure.$metadata.requestId ?? "", /^[0-9a-f-]{36}$/);
    assert.deepEqual(wire.log, []);
  });

  it("Query: the model's code and status", async () => {
    throws(new iam.NoSuchEntityException({ message: "The role with name none cannot be found.", ...meta }));
    const failure = await failureOf(
      new iam.IAMClient(wire.settings).send(new iam.GetRoleCommand({ RoleName: "none" })),
    );
    assert.ok(failure instanceof iam.NoSuchEntityException);
    assert.equal(failure.$metadata.httpStatusCode, 404);
    assert.equal((failure as unknown as { Error: { Code: string } }).Error.Code, "NoSuchEntity");
  });

  it("Query: a fault whose code is not its name", async () => {
    throws(new autoscaling.ScalingActivityInProgressFault({ message: "busy", ...meta }));
    const client = new autoscaling.AutoScalingClient(wire.settings);
    const command = new autoscaling.SetDesiredCapacityCommand({ AutoScalingGroupName: "a", DesiredCapacity: 1 });
    assert.ok((await failureOf(client.send(command))) instanceof autoscaling.ScalingActivityInProgressFault);
  });

  it("EC2: codes that no model names", async () => {
    throws(new ApiError("InvalidInstanceID.NotFound", "The instance ID 'i-<1>' does not exist"));
    const client = new ec2.EC2Client(wire.settings);
    const failure = await failureOf(client.send(new ec2.DescribeInstancesCommand({ InstanceIds: ["i-<1>"] })));
    assert.equal(failure.name, "InvalidInstanceID.NotFound");
    assert.equal(failure.message, "The instance ID 'i-<1>' does not exist");
  });

  it("ECR: the members of an error", async () => {
    throws(new ecr.InvalidLayerPartException({ message: "x", uploadId: "u", lastValidByteReceived: 9, ...meta }));
    const failure = await failureOf(new ecr.ECRClient(wire.settings).send(new ecr.DescribeRepositoriesCommand({})));
    assert.ok(failure instanceof ecr.InvalidLayerPartException);
    assert.equal(failure.uploadId, "u");
    assert.equal(failure.lastValidByteReceived, 9);
  });

  for (const [name, settings] of [
    ["JSON", {}],
    ["Query", { protocol: AwsQueryProtocol }],
    ["CBOR", { protocol: AwsSmithyRpcV2CborProtocol, disableRequestCompression: true }],
  ] as const)
    it(`CloudWatch over ${name}`, async () => {
      const client = new cloudwatch.CloudWatchClient({ ...wire.settings, ...(settings as object) });
      throws(new cloudwatch.DashboardNotFoundError({ message: "Dashboard d does not exist", ...meta }));
      const missing = await failureOf(client.send(new cloudwatch.GetDashboardCommand({ DashboardName: "d" })));
      assert.ok(missing instanceof cloudwatch.ResourceNotFound || missing instanceof cloudwatch.DashboardNotFoundError);
      assert.equal(missing.$metadata.httpStatusCode, 404);
      const dashboardValidationMessages = [{ DataPath: "/widgets/0", Message: "x" }, { DataPath: "/widgets/1" }];
      throws(new cloudwatch.DashboardInvalidInputError({ message: "bad", dashboardValidationMessages, ...meta }));
      const put = new cloudwatch.PutDashboardCommand({ DashboardName: "d", DashboardBody: "{}" });
      const invalid = await failureOf(client.send(put));
      assert.ok(invalid instanceof cloudwatch.DashboardInvalidInputError, invalid.name);
      assert.deepEqual(invalid.dashboardValidationMessages, dashboardValidationMessages);
    });

  it("a fault of a handler is a 500 that says so, and its stack goes to the log", async () => {
    throws(new TypeError("x is not a function"));
    const failure = await failureOf(new ecs.ECSClient(wire.settings).send(new ecs.ListClustersCommand({})));
    assert.equal(failure.name, "InternalFailure");
    assert.equal(failure.$metadata.httpStatusCode, 500);
    assert.match(failure.message, /x is not a function/);
    assert.equal(wire.log.length, 1);
    assert.match(wire.log[0] ?? "", /^ecs:ListClusters: TypeError: x is not a function\n\s+at /);
  });
});

describe("what the sandbox cannot do it refuses by name", () => {
  let wire: WireServer;
  before(async () => {
    wire = await startWire();
  });
  after(() => wire.close());

  it("an operation of the model that is not written", async () => {
    const client = new ecs.ECSClient(wire.settings);
    const command = new ecs.CreateTaskSetCommand({ service: "s", cluster: "c", taskDefinition: "t" });
    const failure = await failureOf(client.send(command));
    assert.equal(failure.name, "NotImplemented");
    assert.equal(failure.message, "The sandbox does not implement ecs:CreateTaskSet");
    assert.equal(failure.$metadata.httpStatusCode, 501);
  });

  const signed = { authorization: "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/ecs/aws4_request, x" };
  const post = (headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer> = "{}") =>
    fetch(wire.url, { method: "POST", headers: { ...signed, ...headers }, body });

  it("an operation that the model does not know", async () => {
    const answer = await post({ "x-amz-target": "AmazonEC2ContainerServiceV20141113.MakeCoffee" });
    assert.equal(answer.status, 400);
    const { __type, message } = (await answer.json()) as { __type: string; message: string };
    assert.equal(__type, "UnknownOperationException");
    assert.match(message, /ecs:MakeCoffee/);
  });

  it("a Query action that no service knows", async () => {
    const form = new URLSearchParams({ Action: "MakeCoffee", Version: "2010-05-08" });
    const answer = await post({ "content-type": "application/x-www-form-urlencoded" }, form.toString());
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /<Code>InvalidAction<\/Code>.*MakeCoffee/);
  });

  it("a service that it does not have", async () => {
    const authorization = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/redshift/aws4_request, x";
    const form = new URLSearchParams({ Action: "DescribeClusters", Version: "2012-12-01" });
    const headers = { authorization, "content-type": "application/x-www-form-urlencoded" };
    const answer = await post(headers, form.toString());
    assert.equal(answer.status, 400);
    assert.match(
      await answer.text(),
      /InvalidAction.*does not have the service redshift: it cannot do DescribeClusters/,
    );
  });

  it("a request without a signature", async () => {
    const answer = await fetch(`${wire.url}/?Action=DescribeInstances&Version=2016-11-15`);
    assert.equal(answer.status, 403);
    assert.match(await answer.text(), /MissingAuthenticationToken/);
  });

  it("a body that is no JSON", async () => {
    const answer = await post({ "x-amz-target": "AmazonEC2ContainerServiceV20141113.ListClusters" }, "{");
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /SerializationException/);
  });

  it("a body that does not unpack", async () => {
    const target = { "x-amz-target": "AmazonEC2ContainerServiceV20141113.ListClusters", "content-encoding": "gzip" };
    assert.equal((await post(target, "no gzip")).status, 400);
    assert.equal((await post(target, new Uint8Array(gzipSync("{")))).status, 400);
  });

  for (const [name, service, call, code] of [
    ["ECS", "ecs", () => send(ecs.ECSClient, ecs.CreateServiceCommand), "InvalidParameterException"],
    ["ECS task definitions", "ecs", () => send(ecs.ECSClient, ecs.RegisterTaskDefinitionCommand), "ClientException"],
    ["ECR", "ecr", () => send(ecr.ECRClient, ecr.CreateRepositoryCommand), "InvalidParameterException"],
    ["EC2", "ec2", () => send(ec2.EC2Client, ec2.RunInstancesCommand), "MissingParameter"],
    ["IAM", "iam", () => send(iam.IAMClient, iam.CreateRoleCommand), "ValidationError"],
    ["STS", "sts", () => send(sts.STSClient, sts.AssumeRoleCommand), "ValidationError"],
  ] as const)
    it(`${name}: a required member that is missing is ${service}'s own error`, async () => {
      assert.equal((await failureOf(call())).name, code);
    });

  type AnyClient = new (settings: object) => { send(command: unknown): Promise<unknown> };
  type AnyCommand = new (input: never) => unknown;
  const send = (Client: unknown, Command: AnyCommand) =>
    new (Client as AnyClient)(wire.settings).send(new Command({} as never));
});

describe("what clients of AWS rely on", () => {
  let wire: WireServer;
  const received: Members[] = [];
  let answer: Members = {};
  before(async () => {
    wire = await startWire(
      (_operation, input) => {
        received.push(input);
        return answer;
      },
      () => Date.parse("2031-02-03T04:05:06Z"),
    );
  });
  after(() => wire.close());
  afterEach(() => received.splice(0));

  it("the Date of every answer is the world's", async () => {
    assert.equal((await fetch(wire.url)).headers.get("date"), "Mon, 03 Feb 2031 04:05:06 GMT");
  });

  it("times keep their milliseconds over JSON, zero and empty text stay", async () => {
    const registeredAt = new Date("2026-01-02T03:04:05.678Z");
    answer = { taskDefinition: { registeredAt, containerDefinitions: [{ environment: [{ name: "A", value: "" }] }] } };
    const input = { family: "f", containerDefinitions: [{ portMappings: [{ containerPort: 80, hostPort: 0 }] }] };
    const result = await new ecs.ECSClient(wire.settings).send(new ecs.RegisterTaskDefinitionCommand(input));
    assert.deepEqual(result.taskDefinition?.registeredAt, registeredAt);
    assert.deepEqual(result.taskDefinition?.containerDefinitions?.[0]?.environment, [{ name: "A", value: "" }]);
    assert.deepEqual(received, [input]);
  });

  it("large CloudWatch requests arrive, which clients compress", async () => {
    answer = {};
    const MetricData = Array.from({ length: 400 }, (_, n) => ({
      MetricName: "big",
      Value: n,
      Dimensions: [{ Name: "a-dimension-name", Value: `a-dimension-value-${n}` }],
    }));
    const client = new cloudwatch.CloudWatchClient(wire.settings);
    await client.send(new cloudwatch.PutMetricDataCommand({ Namespace: "n", MetricData }));
    assert.deepEqual(received, [{ Namespace: "n", MetricData }]);
  });

  it("empty lists stay lists in XML", async () => {
    answer = { AutoScalingGroups: [] };
    const client = new autoscaling.AutoScalingClient(wire.settings);
    const result = await client.send(new autoscaling.DescribeAutoScalingGroupsCommand({}));
    assert.deepEqual(result.AutoScalingGroups, []);
  });
});

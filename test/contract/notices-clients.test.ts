import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { runTool, versionOf } from "../support/run-tool.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

/** Older ones do not know AWS_ENDPOINT_URL and would go to AWS itself. */
function lacksBoto3(): string | false {
  const version = versionOf("python3", ["-c", "import boto3; print(boto3.__version__)"]);
  const [, major = "0", minor = "0"] = /^(\d+)\.(\d+)/.exec(version ?? "") ?? [];
  if (!version) return "boto3 is not installed";
  return Number(major) > 1 || Number(minor) >= 28 ? false : `boto3 ${version} does not know AWS_ENDPOINT_URL`;
}
function lacksCli(): string | false {
  const version = versionOf("aws", ["--version"]);
  const [, major = "0", minor = "0"] = /aws-cli\/(\d+)\.(\d+)/.exec(version ?? "") ?? [];
  if (!version) return "the AWS CLI is not installed";
  const knows = Number(major) === 1 ? Number(minor) >= 29 : Number(minor) >= 13;
  return knows ? false : `${version} does not know AWS_ENDPOINT_URL`;
}

let sandbox: TestSandbox;
before(async () => {
  sandbox = await startSandbox({ speed: 20 });
});
after(() => sandbox.close());

describe("boto3 drives events, queues, topics, dashboards and queries", { skip: lacksBoto3() }, () => {
  it("sees what it should", async () => {
    const script = join(import.meta.dirname, "../fixtures/drive_notices.py");
    const { code, stdout, stderr } = await runTool(sandbox.url, "python3", [script]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), {
      errors: {
        queue: "QueueDoesNotExist AWS.SimpleQueueService.NonExistentQueue",
        pattern: "InvalidEventPatternException InvalidEventPatternException",
        rule: "ResourceNotFoundException ResourceNotFoundException",
        body: "DashboardInvalidInputError InvalidParameterInput",
        dashboard: "ResourceNotFound ResourceNotFound",
        query: "MalformedQueryException MalformedQueryException",
      },
      queueArn: "arn:aws:sqs:us-east-1:123456789012:jobs",
      tags: { team: "shop" },
      queues: 1,
      batch: 1,
      received: ["hello", "two"],
      attribute: "order",
      rules: ["orders"],
      ruleTags: [{ Key: "a", Value: "b" }],
      failedEvents: 0,
      event: { total: 3 },
      rulesLeft: 0,
      subscription: "sqs",
      notification: "world",
      complaints: [],
      complaint: "/widgets/0/properties",
      dashboards: ["shop"],
      query: { status: "Complete", rows: [[{ field: "n", value: "2" }]], matched: 2 },
    });
  });
});

describe("the AWS CLI reads what core wrote", { skip: lacksCli() }, () => {
  /** Runs a command that must succeed and reads the JSON that it prints. */
  async function read<T>(...args: string[]): Promise<T> {
    // Version 1 has an address of its own for SQS, which only the flag moves.
    const where = ["--endpoint-url", sandbox.url, "--output", "json"];
    const { code, stdout, stderr } = await runTool(sandbox.url, "aws", [...args, ...where]);
    assert.equal(code, 0, `aws ${args.join(" ")}: ${stderr}`);
    return JSON.parse(stdout || "{}") as T;
  }

  it("a rule with its target, a queue, a dashboard", async () => {
    const aws = sandbox.aws();
    const { QueueUrl = "" } = await aws.call("sqs", "CreateQueue", { QueueName: "cli" });
    await aws.call("events", "PutRule", { Name: "cli", EventPattern: '{"source":["shop"]}' });
    const Arn = "arn:aws:sqs:us-east-1:123456789012:cli";
    await aws.call("events", "PutTargets", { Rule: "cli", Targets: [{ Id: "1", Arn }] });
    await aws.call("cloudwatch", "PutDashboard", { DashboardName: "cli", DashboardBody: '{"widgets":[]}' });
    const [rules, targets, sent, dashboard] = await Promise.all([
      read<{ Rules: { Name: string; State: string }[] }>("events", "list-rules", "--name-prefix", "cli"),
      read<{ Targets: { Arn: string }[] }>("events", "list-targets-by-rule", "--rule", "cli"),
      read<{ MessageId: string }>("sqs", "send-message", "--queue-url", QueueUrl, "--message-body", "from the CLI"),
      read<{ DashboardBody: string }>("cloudwatch", "get-dashboard", "--dashboard-name", "cli"),
    ]);
    assert.deepEqual([rules.Rules[0]?.Name, rules.Rules[0]?.State], ["cli", "ENABLED"]);
    assert.equal(targets.Targets[0]?.Arn, Arn);
    assert.match(sent.MessageId, /^[0-9a-f-]{36}$/);
    assert.equal(dashboard.DashboardBody, '{"widgets":[]}');
    const got = await read<{ Messages: { Body: string }[] }>("sqs", "receive-message", "--queue-url", QueueUrl);
    assert.equal(got.Messages[0]?.Body, "from the CLI");
  });
});

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { addCapacity } from "../support/capacity.ts";
import { runTool, versionOf } from "../support/run-tool.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

/** Older ones do not know AWS_ENDPOINT_URL and would go to AWS itself. */
function reasonToSkip(): string | false {
  const version = versionOf("python3", ["-c", "import boto3; print(boto3.__version__)"]);
  const [, major = "0", minor = "0"] = /^(\d+)\.(\d+)/.exec(version ?? "") ?? [];
  if (!version) return "boto3 is not installed";
  return Number(major) > 1 || Number(minor) >= 28 ? false : `boto3 ${version} does not know AWS_ENDPOINT_URL`;
}

interface Seen {
  errors: Record<string, { class: string; Code: string; Message: string }>;
  [fact: string]: unknown;
}

describe("boto3 drives the sandbox", { skip: reasonToSkip() }, () => {
  let sandbox: TestSandbox;
  let seen: Seen;
  before(async () => {
    sandbox = await startSandbox({ stepped: true });
    await sandbox.aws().call("ecs", "CreateCluster", { clusterName: "shop" });
    await addCapacity(sandbox, "shop");
    const pass = setInterval(() => void sandbox.advance(2), 20);
    const script = join(import.meta.dirname, "../fixtures/drive_sandbox.py");
    const { code, stdout, stderr } = await runTool(sandbox.url, "python3", [script]);
    clearInterval(pass);
    assert.equal(code, 0, stderr);
    seen = JSON.parse(stdout) as Seen;
  });
  after(() => sandbox.close());

  it("creates, describes, scales and deletes, with its own waiters and paginators", () => {
    const { errors: _errors, image, ...facts } = seen;
    assert.match(String(image), /^ami-[0-9a-f]{17}$/);
    assert.deepEqual(facts, {
      account: "123456789012",
      subnets: true,
      bornRunning: 0,
      createdAtIsTime: true,
      tasks: ["RUNNING"],
      events: "(service web) has reached a steady state.",
      roles: ["ecsInstanceRole"],
      scaledTo: 2,
      thresholds: [45, 50],
      deleted: "INACTIVE",
    });
  });

  it("raises its own classes for modelled errors, with AWS's codes", () => {
    const named = Object.fromEntries(
      Object.entries(seen.errors).map(([name, error]) => [name, `${error.class} ${error.Code}`]),
    );
    assert.deepEqual(named, {
      cluster: "ClusterNotFoundException ClusterNotFoundException",
      role: "NoSuchEntityException NoSuchEntity",
      instance: "ClientError InvalidInstanceID.NotFound",
      parameter: "ParameterNotFound ParameterNotFound",
      policy: "ObjectNotFoundException ObjectNotFoundException",
      unwritten: "ClientError NotImplemented",
    });
    assert.equal(seen.errors["cluster"]?.Message, "Cluster not found.");
  });
});

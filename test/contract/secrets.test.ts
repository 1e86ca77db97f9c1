import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { runTool, versionOf } from "../support/run-tool.ts";
import { fakeCredentials, startSandbox, type TestSandbox } from "../support/sandbox.ts";

let sandbox: TestSandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

const options = () => ({ region: "us-east-1", endpoint: sandbox.url, credentials: fakeCredentials });

describe("Secrets Manager", () => {
  let client: SecretsManagerClient;
  before(() => {
    client = new SecretsManagerClient(options());
  });
  after(() => client.destroy());

  it("keeps a secret, its versions and their stages", async () => {
    const made = await client.send(new CreateSecretCommand({ Name: "shop/login", SecretString: "first" }));
    assert.match(made.ARN ?? "", /^arn:aws:secretsmanager:us-east-1:123456789012:secret:shop\/login-[A-Za-z0-9]{6}$/);
    await client.send(new PutSecretValueCommand({ SecretId: "shop/login", SecretString: "second" }));
    const read = async (VersionStage?: string) =>
      (await client.send(new GetSecretValueCommand({ SecretId: made.ARN, VersionStage }))).SecretString;
    assert.deepEqual([await read(), await read("AWSPREVIOUS")], ["second", "first"]);
    const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: "shop/login" }));
    assert.deepEqual(Object.values(VersionIdsToStages).flat().sort(), ["AWSCURRENT", "AWSPREVIOUS"]);
  });

  it("keeps bytes as they are", async () => {
    const SecretBinary = Uint8Array.from([0, 255, 7]);
    await client.send(new CreateSecretCommand({ Name: "bytes", SecretBinary }));
    const { SecretBinary: read } = await client.send(new GetSecretValueCommand({ SecretId: "bytes" }));
    assert.deepEqual([...(read ?? [])], [0, 255, 7]);
  });

  it("refuses in AWS's words", async () => {
    await assert.rejects(client.send(new GetSecretValueCommand({ SecretId: "nothing" })), {
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret.",
    });
    await assert.rejects(client.send(new CreateSecretCommand({ Name: "bytes", SecretString: "x" })), {
      name: "ResourceExistsException",
      message: "The operation failed because the secret bytes already exists.",
    });
  });

  it("deletes after a while, in which the secret can come back, or at once by force", async () => {
    const { DeletionDate } = await client.send(new DeleteSecretCommand({ SecretId: "bytes" }));
    assert.equal(Math.round((Number(DeletionDate) - sandbox.world.clock.now()) / 86_400_000), 30);
    await assert.rejects(client.send(new GetSecretValueCommand({ SecretId: "bytes" })), {
      name: "InvalidRequestException",
      message: /marked for deletion/,
    });
    await client.send(new RestoreSecretCommand({ SecretId: "bytes" }));
    await client.send(new DeleteSecretCommand({ SecretId: "bytes", ForceDeleteWithoutRecovery: true }));
    const { SecretList = [] } = await client.send(new ListSecretsCommand({}));
    assert.deepEqual(
      SecretList.map(({ Name }) => Name),
      ["shop/login"],
    );
  });
});

describe("the Parameter Store", () => {
  let client: SSMClient;
  before(() => {
    client = new SSMClient(options());
  });
  after(() => client.destroy());

  it("keeps parameters; a SecureString is readable only when it is to be decrypted", async () => {
    const put = { Name: "/shop/db", Value: "hunter2", Type: "SecureString" as const };
    assert.equal((await client.send(new PutParameterCommand(put))).Version, 1);
    const read = async (WithDecryption: boolean) =>
      (await client.send(new GetParameterCommand({ Name: "/shop/db", WithDecryption }))).Parameter?.Value;
    assert.equal(await read(true), "hunter2");
    assert.doesNotMatch((await read(false)) ?? "", /hunter2/);
    await assert.rejects(client.send(new PutParameterCommand(put)), { name: "ParameterAlreadyExists" });
    assert.equal((await client.send(new PutParameterCommand({ ...put, Value: "new", Overwrite: true }))).Version, 2);
    const old = await client.send(new GetParameterCommand({ Name: "/shop/db:1", WithDecryption: true }));
    assert.equal(old.Parameter?.Value, "hunter2");
  });

  it("lists by path and names what it does not know", async () => {
    const { Parameters = [] } = await client.send(new GetParametersByPathCommand({ Path: "/shop" }));
    assert.deepEqual(
      Parameters.map(({ Name }) => Name),
      ["/shop/db"],
    );
    const answer = await client.send(new GetParametersCommand({ Names: ["/shop/db", "/shop/nothing"] }));
    assert.deepEqual(answer.InvalidParameters, ["/shop/nothing"]);
    await client.send(new DeleteParameterCommand({ Name: "/shop/db" }));
    await assert.rejects(client.send(new GetParameterCommand({ Name: "/shop/db" })), { name: "ParameterNotFound" });
  });
});

it("what it keeps is for its owner's eyes only", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "ecsctl-secrets-"));
  const kept = await startSandbox({ stateDir });
  const client = new SSMClient({ ...options(), endpoint: kept.url });
  await client.send(new PutParameterCommand({ Name: "/kept", Value: "hunter2-kept", Type: "SecureString" }));
  client.destroy();
  await kept.close();
  const names = await readdir(stateDir, { recursive: true });
  const holding: string[] = [];
  for (const file of names.map((name) => join(stateDir, name))) {
    const { mode, isFile } = await stat(file).then((found) => ({ mode: found.mode, isFile: found.isFile() }));
    if (!isFile || !(await readFile(file, "utf8")).includes("hunter2-kept")) continue;
    holding.push(file);
    assert.equal(mode & 0o077, 0, file);
  }
  assert.equal(holding.length, 1, "the state was saved");
  assert.ok(!kept.log.join("\n").includes("hunter2"));
  await rm(stateDir, { recursive: true });
});

describe("the AWS CLI", { skip: versionOf("aws", ["--version"]) ? false : "the AWS CLI is not installed" }, () => {
  it("understands both", async () => {
    const run = async (line: string): Promise<string> => {
      const { code, stdout, stderr } = await runTool(sandbox.url, "aws", line.split(" "));
      assert.equal(code, 0, stderr);
      return stdout.trim();
    };
    const [made, value] = await Promise.all([
      run("secretsmanager create-secret --name cli --secret-string one --query Name --output text"),
      run("ssm put-parameter --name /cli --value two --type SecureString --query Version --output text"),
    ]);
    assert.deepEqual([made, value], ["cli", "1"]);
  });
});

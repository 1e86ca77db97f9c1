import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { makeFolder } from "../support/builds.ts";
import { whyNoContainers } from "../support/docker-tasks.ts";
import { startSandbox } from "../support/sandbox.ts";

const hasDocker = await promisify(execFile)("docker", ["info"]).then(
  () => true,
  () => false,
);
const skip = hasDocker ? await whyNoContainers() : "there is no docker command that reaches an engine";

test("docker login, push and pull work against the sandbox's registry", { skip }, async () => {
  const sandbox = await startSandbox();
  await using folder = await makeFolder({ Dockerfile: "FROM scratch\nCOPY busybox page /\n", page: "hello" });
  await copyFile("/bin/busybox", path.join(folder.dir, "busybox"));
  const env = { ...process.env, DOCKER_CONFIG: path.join(folder.dir, "config") };
  const docker = async (...args: string[]) => (await promisify(execFile)("docker", args, { env })).stdout;
  const { repository } = await sandbox.aws().call("ecr", "CreateRepository", { repositoryName: "team/by-hand" });
  const { authorizationData } = await sandbox.aws().call("ecr", "GetAuthorizationToken", {});
  const { authorizationToken = "", proxyEndpoint = "" } = authorizationData?.[0] ?? {};
  const image = `${repository?.repositoryUri}:v1`;
  try {
    const login = spawn("docker", ["login", "--username", "AWS", "--password-stdin", proxyEndpoint], { env });
    login.stdin.end(Buffer.from(authorizationToken, "base64").toString().slice("AWS:".length));
    assert.deepEqual((await once(login, "exit"))[0], 0);
    await docker("build", "--tag", image, folder.dir);
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(await docker("push", image))?.[1];
    const { imageDetails } = await sandbox.aws().call("ecr", "DescribeImages", { repositoryName: "team/by-hand" });
    assert.deepEqual(
      imageDetails?.map(({ imageDigest, imageTags }) => [imageDigest, imageTags]),
      [[digest, ["v1"]]],
    );
    await docker("rmi", "--force", image);
    assert.match(
      await docker("pull", `${repository?.repositoryUri}@${digest}`),
      /Status: (Downloaded newer image|Image is up to date)/,
    );
    await assert.rejects(
      docker("pull", `${repository?.repositoryUri}:v2`),
      /not found|manifest unknown|Requested image not found/,
    );
  } finally {
    const ids = await docker("images", "--quiet", "--no-trunc", repository?.repositoryUri ?? "");
    await docker("rmi", "--force", ...ids.split("\n").filter(Boolean)).catch(() => "");
    await sandbox.close();
  }
});

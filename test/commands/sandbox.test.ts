import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { waitUntilGone } from "../../src/core/cli/sandbox-socket.ts";
import { Journey } from "../support/journey.ts";

interface Status {
  running: boolean;
  endpoint: string | null;
  pid: number | null;
  port: number | null;
  speed: number | null;
  runtime: string | null;
  since: string | null;
  faults: unknown[];
}

const nothing: Status = {
  running: false,
  endpoint: null,
  pid: null,
  port: null,
  speed: null,
  runtime: null,
  since: null,
  faults: [],
};

describe("ecsctl sandbox", () => {
  let journey: Journey;
  before(async () => {
    journey = await Journey.open("sandbox");
  });
  after(() => journey.close());
  afterEach(() => journey.run(["sandbox", "stop"]));

  const start = (...args: string[]) => journey.json<Status>("sandbox", "start", "--runtime", "process", ...args);

  it("status, before anything was started", async () => {
    assert.deepEqual(await journey.json<Status>("sandbox", "status"), nothing);
    const text = await journey.run(["sandbox", "status"]);
    assert.equal(text.stdout, "No sandbox is running.\n\nNext: ecsctl sandbox start\n");
    assert.equal(existsSync(journey.stateDir), false, "asking makes nothing");
  });

  it("start, status, stop: the documents", async () => {
    const started = await start("--speed", "25");
    const status = await journey.json<Status>("sandbox", "status");
    const { endpoint, pid, port, speed, runtime, since } = started;
    assert.deepEqual(status, { running: true, endpoint, pid, port, speed, runtime, since, faults: [] });
    assert.equal(speed, 25);
    assert.equal(runtime, "process");
    assert.deepEqual(await journey.json("sandbox", "stop"), { stopped: true, pid });
    assert.deepEqual(await journey.json("sandbox", "stop"), { stopped: false, pid: null });
    assert.deepEqual(await journey.json<Status>("sandbox", "status"), nothing);
  });

  it("start with another speed than the running one's is a usage error", async () => {
    await start("--speed", "2");
    const again = await journey.run(["sandbox", "start", "--speed", "3", "--json"]);
    assert.equal(again.code, 2);
    assert.equal(again.json<{ error: { code: string } }>().error.code, "SandboxRunning");
  });

  for (const [flag, value] of [
    ["--speed", "0"],
    ["--speed", "fast"],
    ["--speed", "1e9"],
    ["--port", "0"],
    ["--port", "70000"],
    ["--runtime", "vm"],
  ] as const)
    it(`start ${flag} ${value} is a usage error that starts nothing`, async () => {
      const refused = await journey.run(["sandbox", "start", flag, value, "--json"]);
      assert.equal(refused.code, 2, refused.stdout);
      assert.match(refused.json<{ error: { message: string } }>().error.message, new RegExp(value));
      assert.equal((await journey.json<Status>("sandbox", "status")).running, false);
    });

  it("env prints what a shell can take, and takes away what leads elsewhere", async () => {
    const { endpoint } = await start();
    const { stdout } = await journey.run(["sandbox", "env", "--region", "eu-west-1"], {
      AWS_ENDPOINT_URL_ECS: "http://127.0.0.1:1",
      AWS_PROFILE: "work",
    });
    const lines = stdout.trimEnd().split("\n");
    assert.deepEqual(lines[0]?.split(" ").toSorted(), ["AWS_ENDPOINT_URL_ECS", "AWS_PROFILE", "unset"]);
    assert.deepEqual(lines.slice(1), [
      `export AWS_ENDPOINT_URL=${endpoint}`,
      "export AWS_ACCESS_KEY_ID=sandbox",
      "export AWS_SECRET_ACCESS_KEY=sandbox",
      "export AWS_REGION=eu-west-1",
      "export AWS_DEFAULT_REGION=eu-west-1",
    ]);
    assert.deepEqual(await journey.json("sandbox", "env"), {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: "sandbox",
      AWS_SECRET_ACCESS_KEY: "sandbox",
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
    });
  });

  it("--foreground lives as long as its command", async () => {
    const { child, outcome } = journey.start(["sandbox", "start", "--foreground", "--runtime", "process"]);
    await new Promise<void>((resolve) => {
      let said = "";
      child.stderr?.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes("the sandbox is running")) resolve();
      });
    });
    assert.equal((await journey.json<Status>("sandbox", "status")).running, true);
    child.kill("SIGTERM");
    assert.equal((await outcome).code, 143);
    assert.equal((await journey.json<Status>("sandbox", "status")).running, false);
  });

  it("--foreground ends when its command is killed", async () => {
    const { child, outcome } = journey.start(["sandbox", "start", "--foreground", "--runtime", "process"]);
    const { pid } = await new Promise<Status>((resolve, reject) => {
      child.stderr?.on("data", (chunk: Buffer) => {
        if (chunk.toString().includes("the sandbox is running"))
          journey.json<Status>("sandbox", "status").then(resolve, reject);
      });
    });
    assert.ok(pid);
    const gone = waitUntilGone(journey.stateDir, AbortSignal.timeout(30_000));
    child.kill("SIGKILL");
    await Promise.all([outcome, gone]);
    assert.equal((await journey.json<Status>("sandbox", "status")).running, false);
  });

  it("reset says what it emptied", async () => {
    assert.deepEqual(await journey.json("sandbox", "reset"), { reset: true, running: false });
    await start();
    assert.deepEqual(await journey.json("sandbox", "reset"), { reset: true, running: true });
    assert.equal(existsSync(join(journey.stateDir, "sandbox.json")), true);
  });
});

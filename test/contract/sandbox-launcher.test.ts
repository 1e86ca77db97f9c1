import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import {
  ensureSandbox,
  findSandbox,
  resetSandbox,
  startSandbox,
  stopSandbox,
} from "../../src/core/cli/sandbox-launcher.ts";
import { waitUntilGone } from "../../src/core/cli/sandbox-socket.ts";
import { Aws } from "../../src/core/aws/aws.ts";
import type { EcsctlError } from "../../src/core/errors.ts";
import type { Event } from "../../src/core/events.ts";
import { fakeCredentials } from "../support/sandbox.ts";

const signal = AbortSignal.timeout(120_000);

describe("one sandbox a state directory", () => {
  const dirs: string[] = [];
  let stateDir = "";
  let events: Event[] = [];

  const makeDir = async (): Promise<string> => {
    const dir = await mkdtemp(join(tmpdir(), "ecsctl-launcher-"));
    dirs.push(dir);
    return dir;
  };
  const settings = (dir = stateDir) => ({
    stateDir: dir,
    env: process.env,
    signal,
    emit: (event: Event) => void events.push(event),
    runtime: "process" as const,
  });
  const clusters = async (endpoint: string): Promise<string[]> => {
    const aws = new Aws({ region: "us-east-1", endpoint, credentials: fakeCredentials });
    return (
      (await aws.call("ecs", "DescribeClusters", { clusters: ["shop"] })).clusters?.map(({ status }) => status ?? "") ??
      []
    );
  };
  const createCluster = async (endpoint: string): Promise<void> => {
    const aws = new Aws({ region: "us-east-1", endpoint, credentials: fakeCredentials });
    await aws.call("ecs", "CreateCluster", { clusterName: "shop" });
  };

  beforeEach(async () => {
    events = [];
    stateDir = await makeDir();
  });
  afterEach(async () => {
    for (const dir of dirs.splice(0)) {
      await stopSandbox(dir, signal);
      await rm(dir, { recursive: true, force: true });
    }
  });

  it("goes on as fast as before and with the same kind of tasks, whoever starts it again", async () => {
    await startSandbox({ ...settings(), speed: 40 });
    await stopSandbox(stateDir, signal);
    const again = await ensureSandbox({ ...settings(), runtime: undefined });
    assert.deepEqual([again.speed, again.runtime], [40, "process"]);
    await stopSandbox(stateDir, signal);
    const told = await startSandbox({ ...settings(), speed: 1 });
    assert.equal(told.speed, 1);
    await stopSandbox(stateDir, signal);
    writeFileSync(join(stateDir, "sandbox/settings.json"), "nonsense");
    assert.equal((await ensureSandbox(settings())).speed, 1);
  });

  it("is found, not started again, and writes a record that only its owner reads", async () => {
    const first = await ensureSandbox(settings());
    assert.deepEqual(await ensureSandbox(settings()), first);
    assert.deepEqual(await findSandbox(stateDir), first);
    assert.equal(events.length, 1, "it says once that it started something");
    const record = JSON.parse(readFileSync(join(stateDir, "sandbox.json"), "utf8")) as Record<string, unknown>;
    const { pid, port, endpoint, speed, runtime, since } = first;
    assert.deepEqual(record, { pid, port, endpoint, speed, runtime, since });
    assert.equal(endpoint, `http://127.0.0.1:${port}`);
  });

  it("several starters at once get the same one", async () => {
    const found = await Promise.all([1, 2, 3].map(() => ensureSandbox(settings())));
    assert.equal(new Set(found.map(({ pid }) => pid)).size, 1);
  });

  it("two state directories are two worlds", async () => {
    const other = await makeDir();
    const [here, there] = await Promise.all([ensureSandbox(settings()), ensureSandbox(settings(other))]);
    assert.notEqual(here.port, there.port);
    await createCluster(here.endpoint);
    assert.deepEqual(await clusters(here.endpoint), ["ACTIVE"]);
    assert.deepEqual(await clusters(there.endpoint), []);
    await stopSandbox(other, signal);
    assert.deepEqual(await clusters(here.endpoint), ["ACTIVE"]);
  });

  it("its state, its port and its time survive stopping and starting", async () => {
    const first = await ensureSandbox({ ...settings(), speed: 50 });
    await createCluster(first.endpoint);
    assert.equal((await stopSandbox(stateDir, signal))?.pid, first.pid);
    assert.equal(existsSync(join(stateDir, "sandbox.json")), false);
    assert.equal(await findSandbox(stateDir), undefined);
    const second = await ensureSandbox({ ...settings(), speed: 50 });
    assert.notEqual(second.pid, first.pid);
    assert.equal(second.port, first.port);
    assert.deepEqual(await clusters(second.endpoint), ["ACTIVE"]);
  });

  it("a killed one leaves a record that misleads nobody", async () => {
    const first = await ensureSandbox(settings());
    const gone = waitUntilGone(stateDir, signal);
    process.kill(first.pid, "SIGKILL");
    await gone;
    assert.equal(existsSync(join(stateDir, "sandbox.json")), true);
    assert.equal(await findSandbox(stateDir), undefined);
    const second = await ensureSandbox(settings());
    assert.notEqual(second.pid, first.pid);
    assert.equal(await clusters(second.endpoint).then((found) => found.length), 0);
  });

  it("a record that names another process's id harms neither", async () => {
    const foreign = { pid: process.pid, port: 1, endpoint: "http://127.0.0.1:1", speed: 1, runtime: "process" };
    writeFileSync(join(stateDir, "sandbox.json"), JSON.stringify(foreign));
    assert.equal(await stopSandbox(stateDir, signal), undefined);
    const running = await ensureSandbox(settings());
    assert.notEqual(running.pid, process.pid);
  });

  it("a taken port is a usage error that names --port, and starts nothing", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;
    await assert.rejects(ensureSandbox({ ...settings(), port }), (error: EcsctlError) => {
      assert.equal(error.exitCode, 2);
      assert.match(error.message, new RegExp(String(port)));
      assert.match(error.hint ?? "", /--port/);
      return true;
    });
    assert.equal(await findSandbox(stateDir), undefined);
    await new Promise((resolve) => taken.close(resolve));
  });

  it("a former port that somebody else has now is given up silently", async () => {
    const first = await ensureSandbox(settings());
    await stopSandbox(stateDir, signal);
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(first.port, "127.0.0.1", resolve));
    assert.notEqual((await ensureSandbox(settings())).port, first.port);
    await new Promise((resolve) => taken.close(resolve));
  });

  it("asking for other settings than the running one's is a usage error", async () => {
    await startSandbox({ ...settings(), speed: 7 });
    assert.equal((await startSandbox(settings())).started, false);
    await assert.rejects(startSandbox({ ...settings(), speed: 8 }), { code: "SandboxRunning", exitCode: 2 });
  });

  it("reset empties a running world, and the saved state of a stopped one", async () => {
    const first = await ensureSandbox(settings());
    await createCluster(first.endpoint);
    await resetSandbox(stateDir, signal);
    assert.deepEqual(await clusters(first.endpoint), []);
    await createCluster(first.endpoint);
    await stopSandbox(stateDir, signal);
    assert.equal(await resetSandbox(stateDir, signal), undefined);
    const second = await ensureSandbox(settings());
    assert.deepEqual(await clusters(second.endpoint), []);
  });

  it("a state that cannot be read is set aside", async () => {
    await ensureSandbox(settings());
    await stopSandbox(stateDir, signal);
    writeFileSync(join(stateDir, "sandbox", "state.jsonl"), "{");
    await ensureSandbox(settings());
    assert.equal(readFileSync(join(stateDir, "sandbox", "state.jsonl.unreadable"), "utf8"), "{");
  });
});

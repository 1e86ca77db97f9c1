import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { listEndpoints } from "../../src/core/operations/list-endpoints.ts";
import { listEvents } from "../../src/core/operations/list-events.ts";
import { readStatus } from "../../src/core/operations/read-status.ts";
import { addFlashSale, addPolicy, project } from "../support/flash-sale.ts";
import { HttpTasks } from "../support/http-tasks.ts";
import { startSandbox, type TestSandbox } from "../support/sandbox.ts";

let sandbox: TestSandbox;
before(async () => {
  sandbox = await startSandbox({ runtime: new HttpTasks() });
});
after(() => sandbox.close());

test("without a cluster every look says so and what to type", async () => {
  for (const look of [readStatus, listEndpoints])
    await assert.rejects(look(sandbox.context(), project), {
      code: "ClusterNotFound",
      exitCode: 4,
      hint: "Make it with: ecsctl deploy",
    });
});

test("status, endpoints and events show the service, in few calls", async () => {
  await addFlashSale(sandbox);
  await addPolicy(sandbox);
  await sandbox.advance(180);
  const context = sandbox.context();
  const snapshot = await readStatus(context, project);
  assert.ok(context.aws.calls.length <= 12, `${context.aws.calls.length} calls`);
  const { desired, running, pending, status } = snapshot.service;
  assert.deepEqual([desired, running, pending, status], [1, 1, 0, "ACTIVE"]);
  assert.equal(snapshot.service.cpuPercent, 0);
  assert.equal(snapshot.tasks[0]?.cpuPercent, 0);
  assert.deepEqual([snapshot.scaling.min, snapshot.scaling.max], [1, 3]);
  assert.match(
    snapshot.scaling.policies[0]?.why ?? "",
    /^CPU 0 % is under 45 % for \d of the 15 datapoints needed: at the minimum of 1, nothing to remove$/,
  );
  assert.deepEqual(
    snapshot.alarms.map((alarm) => alarm.policy),
    ["cpu-target-tracking", "cpu-target-tracking"],
  );
  assert.ok(snapshot.instances[0]?.publicIp);

  const { endpoints, unreachable } = await listEndpoints(context, project);
  assert.deepEqual(unreachable, []);
  assert.equal(endpoints[0]?.url, snapshot.tasks[0]?.url);
  const answer = await fetch(endpoints[0]?.url ?? "");
  assert.match(await answer.text(), /Flash Sale!/);

  const { events, now } = await listEvents(context, project, { explain: true });
  assert.deepEqual(
    now?.policies.map(({ cause }) => cause),
    ["at-minimum"],
  );
  assert.ok(events.some((entry) => entry.kind === "service" && entry.message.includes("has started 1 tasks")));
  assert.ok(events.some((entry) => entry.kind === "service" && entry.message.includes("has reached a steady state")));
  const alarms = await listEvents(context, project, { kinds: ["alarm"], sinceSeconds: 3600 });
  assert.ok(alarms.events.length > 0 && alarms.events.every((entry) => entry.kind === "alarm"));
});

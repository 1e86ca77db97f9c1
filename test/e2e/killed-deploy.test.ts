import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { listAccount } from "../../scripts/list-account.ts";
import { Journey } from "../support/journey.ts";

let journey: Journey;
before(async () => {
  journey = await Journey.open("killed");
  await journey.json("sandbox", "start", "--speed", "60", "--runtime", "process");
  await journey.json("init", "--template", "flash-sale", "--dir", journey.dir, "--yes", "--force");
  await journey.json("push", "--sandbox", "--engine", "builtin");
});
after(() => journey.close());

interface Plan {
  changes: number;
  steps: { id: string; action: string }[];
}

test("a deploy that was killed half-way converges when it is run again, and leaves nothing twice", async () => {
  // Kill when a step has been reported done: some exist, some do not.
  const { child, outcome } = journey.start(["deploy", "--yes", "--sandbox"]);
  let seen = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    seen += chunk.toString();
    if (/cluster flash-sale-cluster/.test(seen)) child.kill("SIGKILL");
  });
  assert.notEqual((await outcome).code, 0, "it was killed before it ended");

  await journey.json("deploy", "--yes", "--sandbox");
  const plan = await journey.run(["plan", "--sandbox", "--json"]);
  assert.equal(plan.code, 0, plan.stdout + plan.stderr);
  assert.equal(plan.json<Plan>().changes, 0);

  const status = await journey.json<{ tasks: unknown[]; instances: unknown[]; service: { running: number } }>(
    "status",
    "--sandbox",
  );
  assert.equal(status.service.running, 1);
  assert.equal(status.instances.length, 1);

  const destroyed = await journey.json<{ remaining: unknown[] }>("destroy", "--yes", "--sandbox");
  assert.deepEqual(destroyed.remaining, []);
  const { endpoint } = await journey.json<{ endpoint: string }>("sandbox", "status");
  assert.deepEqual(await listAccount(endpoint), [], "the account is empty again");
  const again = await journey.json<{ deleted: unknown[] }>("destroy", "--yes", "--sandbox");
  assert.deepEqual(again.deleted, []);
});

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Journey } from "../support/journey.ts";

let journey: Journey;
let url = "";
before(async () => {
  journey = await Journey.open("api");
  await journey.json("sandbox", "start", "--speed", "25", "--runtime", "process");
  const email = ["--email", "me@example.com"];
  await journey.json("init", "--template", "api", "--dir", journey.dir, "--yes", "--force", ...email);
  await journey.json("push", "--sandbox", "--engine", "builtin");
});
after(() => journey.close());

interface Status {
  service: { desired: number; running: number };
  scaling: { min: number; max: number; policies: { name: string; target: number; why: string }[] };
}

test("it deploys, the load balancer is the address, and a second plan says nothing", async () => {
  await journey.json("deploy", "--yes", "--sandbox");
  const { endpoints } = await journey.json<{ endpoints: { url: string; task: string }[] }>("endpoints", "--sandbox");
  assert.equal(endpoints[0]?.task, "load-balancer/learner-svc");
  url = endpoints[0]?.url ?? "";
  const plan = await journey.run(["plan", "--sandbox", "--json"]);
  assert.equal(plan.code, 0, plan.stdout + plan.stderr);
  assert.equal(plan.json<{ changes: number }>().changes, 0);
});

async function get(path: string, init?: RequestInit): Promise<{ status: number; document: Record<string, unknown> }> {
  const answer = await fetch(new URL(path, url), init);
  return { status: answer.status, document: (await answer.json()) as Record<string, unknown> };
}

test("all eight endpoints answer through the load balancer", async () => {
  assert.equal((await get("/")).document["message"], "Hello from learner-svc!");
  assert.equal((await get("/api/health")).document["status"], "healthy");
  const submitted = await get("/api/submit", { method: "POST", body: JSON.stringify({ name: "Ada", topic: "ECS" }) });
  assert.equal(submitted.document["message"], "Hello, Ada!");
  assert.deepEqual(submitted.document["received"], { name: "Ada", topic: "ECS" });
  const { document: counts } = await get("/api/scalinginfo");
  assert.deepEqual(counts, { service: "learner-svc-service", desired: 1, running: 1, pending: 0 });
  assert.equal((await get("/api/error")).status, 500);
  assert.equal((await get("/api/notfound")).status, 404);
  const scanned = await fetch(`${url}/`);
  assert.equal(scanned.status, 404, "a path like // is not found, and no gateway is bad");
  assert.equal((await get("/api/quickload")).document["seconds"], 10);
  assert.equal((await get("/api/load")).document["seconds"], 60);
});

test("the load makes the policy add tasks, and they all answer", async () => {
  const watched = await journey.run(["watch", "--until", "scaled", "--timeout", "40m", "--json", "--sandbox"]);
  assert.equal(watched.code, 0, watched.stdout.slice(-2000) + watched.stderr);
  const { service, scaling } = await journey.json<Status>("status", "--sandbox");
  assert.ok(service.desired > 1 && service.desired <= 5, `desired count ${service.desired}`);
  assert.deepEqual([scaling.min, scaling.max], [1, 5]);
  assert.deepEqual([scaling.policies[0]?.name, scaling.policies[0]?.target], ["dev-learner-svc-target-tracking", 40]);
  assert.equal((await get("/api/health")).status, 200);
});

test("destroy leaves nothing", async () => {
  const destroyed = await journey.json<{ remaining: unknown[] }>("destroy", "--yes", "--sandbox");
  assert.deepEqual(destroyed.remaining, []);
  const again = await journey.json<{ deleted: unknown[] }>("destroy", "--yes", "--sandbox");
  assert.deepEqual(again.deleted, []);
  await assert.rejects(fetch(url), "the load balancer listens no more");
});

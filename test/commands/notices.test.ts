import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Journey } from "../support/journey.ts";

interface Inbox {
  messages: { kind: string; subject: string; deliveries: { endpoint: string; state: string }[] }[];
  confirmed: string[];
}

let journey: Journey;
let template = "";
before(async () => {
  journey = await Journey.open("notices");
  await journey.json("init", "--template", "api", "--dir", journey.dir, "--yes", "--force");
  template = await readFile(join(journey.dir, "ecsctl.yaml"), "utf8");
});
after(() => journey.close());

/** Nobody is asked: the answer is known before AWS is. */
const keys = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", ECSCTL_SANDBOX: "0" };
const bad: [line: string[], code: string, hint: RegExp][] = [
  [["alarm", "add", "x"], "MissingKey", /metric: cpu/],
  [["alarm", "add", "x", "--metric", "cpu", "--threshold", "high"], "InvalidThreshold", /--threshold 80/],
  [
    ["alarm", "add", "x", "--metric", "a/b", "--threshold", "1", "--dimension", "Queue"],
    "InvalidPair",
    /QueueName=jobs/,
  ],
  [["notify", "add", "me"], "InvalidEndpoint", /me@example\.com/],
  [["event-rule", "add", "x", "--on", "task-stopped", "--to", "mail"], "InvalidEventRule", /--help/],
  [["metric", "put", "Depth", "many"], "InvalidValue", /metric put QueueDepth 12/],
  [["logs", "--task", "web"], "InvalidTask", /ecsctl status/],
  [["sandbox", "inbox"], "SandboxNotRunning", /ecsctl sandbox start/],
];

test("what is wrong with the words is a usage error, whatever AWS would say", async () => {
  const outcomes = await Promise.all(bad.map(([line]) => journey.run([...line, "--json"], keys)));
  for (const [index, [line, code, hint]] of bad.entries()) {
    const outcome = outcomes[index];
    const error = outcome?.json<{ error: { code: string; hint: string } }>().error;
    assert.deepEqual([outcome?.code, error?.code], [2, code], `${line.join(" ")}: ${outcome?.stdout}`);
    assert.match(error?.hint ?? "", hint);
  }
});

test("a mail lands in the inbox, survives a restart of the sandbox, and confirms", async () => {
  journey.env["ECSCTL_SANDBOX"] = "1";
  await journey.json("sandbox", "start", "--runtime", "process");
  const added = await journey.json<{ subscriber: { state: string } }>("notify", "add", "me@example.com");
  assert.equal(added.subscriber.state, "pending");
  await journey.json("sandbox", "stop");
  await journey.json("sandbox", "start");
  const { messages } = await journey.json<Inbox>("sandbox", "inbox");
  assert.deepEqual(
    messages.map(({ kind, deliveries }) => [kind, deliveries]),
    [["SubscriptionConfirmation", [{ protocol: "email", endpoint: "me@example.com", state: "shown" }]]],
  );
  const { confirmed } = await journey.json<Inbox>("sandbox", "inbox", "--confirm", "me@example.com");
  assert.deepEqual(confirmed, ["me@example.com"]);
  const listed = await journey.json<{ subscribers: { state: string }[] }>("notify", "list");
  assert.equal(listed.subscribers[0]?.state, "confirmed");
});

test("what the commands add and remove again leaves the file as it was", async () => {
  await journey.json("alarm", "add", "busy", "--metric", "cpu", "--threshold", "80", "--no-notify");
  const text = await journey.run(["alarm", "list"]);
  assert.match(text.stdout, /busy +AWS\/ECS CPUUtilization Average > 80 for 1 × 60 s/);
  await journey.json("alarm", "remove", "busy");
  await journey.json("notify", "remove", "me@example.com");
  assert.equal(await readFile(join(journey.dir, "ecsctl.yaml"), "utf8"), template);
});

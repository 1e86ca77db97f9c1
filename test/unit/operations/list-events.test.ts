import assert from "node:assert/strict";
import { test } from "node:test";
import type { TimelineEntry } from "../../../src/core/observe/timeline.ts";
import { followEvents, listEvents } from "../../../src/core/operations/list-events.ts";
import { FakeAws, fakeContext } from "../../support/fake-aws.ts";
import { project } from "../../support/flash-sale.ts";

const now = Date.UTC(2026, 0, 1, 12);
const event = (id: string, minutesAgo: number) => ({
  id,
  createdAt: new Date(now - minutesAgo * 60_000),
  message: `(service s) event ${id}.`,
});

function awsWith(events: () => object[]): FakeAws {
  return new FakeAws(
    {
      DescribeServices: () => ({ services: [{ status: "ACTIVE", events: events() }] }),
      DescribeClusters: { clusters: [{}] },
    },
    now,
  );
}

test("--since and --kind select", async () => {
  const aws = awsWith(() => [event("new", 1), event("old", 90)]);
  const idsOf = async (options: Parameters<typeof listEvents>[2]) =>
    (await listEvents(fakeContext(aws), project, options)).events.map((entry) => entry.id);
  assert.deepEqual(await idsOf({}), ["service:old", "service:new"]);
  assert.deepEqual(await idsOf({ sinceSeconds: 3600 }), ["service:new"]);
  assert.deepEqual(await idsOf({ kinds: ["alarm"] }), []);
});

test("following tells each entry once, then the new ones, until interrupted", async () => {
  const controller = new AbortController();
  let looks = 0;
  const aws = awsWith(() => {
    looks++;
    return [...(looks > 1 ? [event("latest", 0)] : []), event("new", 1), event("old", 90)];
  });
  const context = fakeContext(aws, controller.signal);
  const told: string[] = [];
  Object.assign(context, {
    emit: (one: { data: TimelineEntry }) => {
      told.push(one.data.id);
      if (one.data.id === "service:latest") controller.abort();
    },
  });
  const { events } = await followEvents(context, project, { sinceSeconds: 3600 });
  assert.deepEqual(told, ["service:new", "service:latest"]);
  assert.deepEqual(
    events.map((entry) => entry.id),
    told,
  );
});

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { Event } from "../../../src/core/events.ts";
import { applyPlan, type ApplyOptions, type Retry } from "../../../src/core/plan/apply.ts";
import { buildPlan } from "../../../src/core/plan/build.ts";
import { readNodes, type Node } from "../../../src/core/plan/graph.ts";
import { describeInterrupted, Journal, journalFile, type JournalRecord } from "../../../src/core/plan/journal.ts";
import { FakeCloud } from "../../support/fake-nodes.ts";

let dir: string;
let cloud: FakeCloud;
let events: Event[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ecsctl-apply-"));
  cloud = new FakeCloud();
  events = [];
});
afterEach(() => rm(dir, { recursive: true }));

const openJournal = () => new Journal(journalFile(dir, { app: "app", region: "r", account: "1" }));
const once: Retry = (_title, _passing, action) => action();

async function apply(nodes: Node[], options: Partial<ApplyOptions> = {}) {
  const readings = await readNodes(nodes);
  const plan = buildPlan(nodes, readings, { app: "app", adopt: false });
  const journal = openJournal();
  journal.begin("deploy", 0);
  return applyPlan(nodes, plan, readings, {
    emit: (event) => void events.push(event),
    signal: new AbortController().signal,
    now: () => 0,
    journal,
    retry: once,
    app: "app",
    adopt: false,
    ...options,
  });
}

/** a and b stand alone, c needs both. */
const three = () => [cloud.node("a"), cloud.node("b"), cloud.node("c", { needs: ["thing/a", "thing/b"] })];

describe("order", () => {
  test("independent steps run side by side, dependent ones after them", async () => {
    const both = Promise.withResolvers<void>();
    const waiting = new Set<string>();
    cloud.before = async (act) => {
      waiting.add(act);
      if (waiting.has("create a") && waiting.has("create b")) both.resolve();
      await both.promise;
    };
    const { steps } = await apply(three());
    assert.equal(cloud.diary.at(-1), "create c");
    assert.deepEqual(
      steps.map(({ id, action }) => `${action} ${id}`),
      ["create thing/a", "create thing/b", "create thing/c"],
    );
  });

  test("a second run does nothing", async () => {
    await apply(three());
    cloud.diary.length = 0;
    const { steps } = await apply(three());
    assert.deepEqual(cloud.diary, []);
    assert.ok(steps.every((step) => step.action === "keep"));
  });

  test("each step looks again: what was done meanwhile is not done twice", async () => {
    cloud.before = () => cloud.own("c");
    await apply(three());
    assert.deepEqual(cloud.diary.toSorted(), ["create a", "create b"]);
    assert.ok(events.some((event) => event.type === "step" && event.id === "thing/c" && event.status === "skipped"));
  });

  test("replace deletes and makes again", async () => {
    cloud.own("a", "0");
    await apply([cloud.node("a", { value: "!1" })]);
    assert.deepEqual(cloud.diary, ["delete a", "create a"]);
  });

  test("a new id reaches what depends on it", async () => {
    const child = cloud.node("child", {
      needs: ["thing/a"],
      spec: (outputs) => ({ name: "child", value: outputs("thing/a", "id") }),
    });
    await apply([cloud.node("a"), child]);
    assert.equal(cloud.things.get("child")?.value, "id-a");
  });
});

describe("failure", () => {
  test("the first error is thrown, what depends on it does not start, what is in flight ends", async () => {
    const failed = Promise.withResolvers<void>();
    cloud.before = async (act) => {
      if (act === "create a") {
        failed.resolve();
        throw new Error("refused");
      }
      await failed.promise;
    };
    await assert.rejects(apply(three()), /refused/);
    assert.deepEqual(cloud.diary, ["create b"]);
  });

  test("an error that passes is tried again by whoever may sleep", async () => {
    let tries = 0;
    cloud.before = () => {
      if (++tries < 3) throw new Error("passing");
    };
    const retry: Retry = async (title, passing, action) => {
      try {
        return await action();
      } catch (error) {
        if (!(error instanceof Error) || !passing(error)) throw error;
        return retry(title, passing, action);
      }
    };
    await apply([cloud.node("a")], { retry });
    assert.deepEqual(cloud.diary, ["create a"]);
  });
});

describe("interruption", () => {
  test("the step in flight ends, nothing else starts, the journal tells, the next run goes on", async () => {
    const controller = new AbortController();
    cloud.before = (act) => {
      if (act === "create b") controller.abort();
    };
    const chain = [cloud.node("a"), cloud.node("b", { needs: ["thing/a"] }), cloud.node("c", { needs: ["thing/b"] })];
    await assert.rejects(apply(chain, { signal: controller.signal }), { name: "AbortError" });
    assert.deepEqual(cloud.diary, ["create a", "create b"]);
    const { previous } = openJournal();
    assert.deepEqual(previous?.steps, {
      "thing/a": { action: "create", status: "done" },
      "thing/b": { action: "create", status: "done" },
    });
    assert.match(
      describeInterrupted(previous) ?? "",
      /Resuming after the deploy of 1970-.* was interrupted; 2 steps were done\./,
    );
    cloud.before = () => {};
    await apply(chain);
    assert.deepEqual(cloud.diary, ["create a", "create b", "create c"]);
  });

  test("a run that was killed in the middle of a step says which", () => {
    const journal = openJournal();
    journal.begin("destroy", 0);
    journal.mark("thing/a", "delete", "started");
    assert.match(describeInterrupted(openJournal().previous) ?? "", /destroy .*in the middle of: delete thing\/a/);
    journal.mark("thing/a", "delete", "failed");
    assert.match(describeInterrupted(openJournal().previous) ?? "", /destroy .* failed at: delete thing\/a; 0 steps/);
    const beside = { ...openJournal().previous, pid: process.ppid } as JournalRecord;
    assert.match(describeInterrupted(beside) ?? "", /^Another destroy .* is still at work \(process \d+\)\.$/);
    journal.finish();
    assert.equal(openJournal().previous, undefined);
  });

  test("whatever the number of acts before a kill, the next run converges", async () => {
    for (let acts = 0; acts <= 4; acts++) {
      cloud = new FakeCloud();
      let left = acts;
      cloud.before = () => {
        if (left-- === 0) throw new Error("killed");
      };
      await apply(three()).catch(() => {});
      cloud.before = () => {};
      await apply(three());
      assert.deepEqual([...cloud.things.keys()].toSorted(), ["a", "b", "c"], `killed after ${acts} acts`);
    }
  });
});

test("a journal that was cut off is no obstacle", async () => {
  const { mkdir, writeFile } = await import("node:fs/promises");
  await mkdir(join(dir, "journals"));
  await writeFile(journalFile(dir, { app: "app", region: "r", account: "1" }), '{"version":1,"ste');
  assert.equal(openJournal().previous, undefined);
});

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ServerClock } from "../../../src/core/aws/server-clock.ts";
import type { WaitingEvent } from "../../../src/core/events.ts";
import type { Context } from "../../../src/core/context.ts";
import { ExitCode } from "../../../src/core/errors.ts";
import { poll, retryWhile, type Look } from "../../../src/core/wait/poll.ts";
import { FakeAws, fakeContext } from "../../support/fake-aws.ts";

/** A server whose clock runs a thousand times as fast as ours: minutes pass in the shortest pause. */
function fastContext(signal?: AbortSignal): Context & { events: unknown[] } {
  let local = 0;
  const clock = new ServerClock(() => local);
  clock.observe(0);
  const aws = new FakeAws({});
  Object.defineProperty(aws, "clock", {
    get() {
      local += 100;
      clock.observe(local * 1000);
      return clock;
    },
  });
  return fakeContext(aws, signal);
}

const options = (look: () => Promise<Look<string>>) => ({ id: "x", what: "the thing", look, stallSeconds: 600 });

describe("the one loop that waits", () => {
  test("gives what was found, and tells what it waits for", async () => {
    const context = fastContext();
    let looks = 0;
    const found = await poll(
      context,
      options(async () => (++looks < 3 ? { waiting: `look ${looks}`, reason: "slow" } : { done: "found" })),
    );
    assert.equal(found, "found");
    assert.deepEqual(
      (context.events as WaitingEvent[]).map(({ message, reason }) => [message, reason]),
      [
        ["look 1", "slow"],
        ["look 2", "slow"],
      ],
    );
  });

  test("gives up without progress, with the state and the reason (exit 6)", async () => {
    const look = async (): Promise<Look<string>> => ({ waiting: "0 of 1", reason: "no room" });
    await assert.rejects(poll(fastContext(), options(look)), {
      exitCode: ExitCode.gaveUp,
      message: /Gave up waiting for the thing after \d+ s: 0 of 1\./,
      why: "no room",
    });
  });

  test("as long as something moves, it goes on", async () => {
    let looks = 0;
    const look = async (): Promise<Look<string>> => (++looks > 8 ? { done: "end" } : { waiting: `at ${looks}` });
    assert.equal(await poll(fastContext(), { ...options(look), stallSeconds: 350 }), "end");
  });

  test("what AWS cannot answer just now does not end it; any other error does", async () => {
    let looks = 0;
    const busy = Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
    const look = async (): Promise<Look<string>> => {
      if (++looks === 1) throw busy;
      return { done: "found" };
    };
    assert.equal(await poll(fastContext(), options(look)), "found");
    const refuse = async (): Promise<Look<string>> => Promise.reject(new Error("no"));
    await assert.rejects(poll(fastContext(), options(refuse)), { message: "no" });
  });

  test("an abort ends it", async () => {
    const controller = new AbortController();
    const look = async (): Promise<Look<string>> => {
      controller.abort();
      return { waiting: "for ever" };
    };
    await assert.rejects(poll(fastContext(controller.signal), options(look)), { name: "AbortError" });
  });
});

describe("again while an error passes", () => {
  const title = "role";
  const passing = (error: Error): boolean => error.message === "passing";

  test("until it works", async () => {
    let tries = 0;
    const action = async (): Promise<number> => {
      if (++tries < 3) throw new Error("passing");
      return tries;
    };
    assert.equal(await retryWhile(fastContext(), { title, passing, action, stallSeconds: 3600 }), 3);
  });

  test("another error is thrown at once, and a passing one when it does not pass", async () => {
    const fail = (message: string) => async (): Promise<never> => {
      throw new Error(message);
    };
    await assert.rejects(retryWhile(fastContext(), { title, passing, action: fail("refused") }), /refused/);
    await assert.rejects(retryWhile(fastContext(), { title, passing, action: fail("passing") }), /passing/);
  });

  test("five times at least, however long the first took", async () => {
    let tries = 0;
    const action = async (): Promise<number> => {
      if (++tries < 5) throw new Error("passing");
      return tries;
    };
    assert.equal(await retryWhile(fastContext(), { title, passing, action, stallSeconds: 0 }), 5);
    tries = -1;
    await assert.rejects(retryWhile(fastContext(), { title, passing, action, stallSeconds: 0 }), /passing/);
    assert.equal(tries, 4);
  });
});

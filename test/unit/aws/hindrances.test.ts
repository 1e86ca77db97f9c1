import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { Aws } from "../../../src/core/aws/aws.ts";
import { watchHindrances } from "../../../src/core/aws/hindrances.ts";
import type { Event } from "../../../src/core/events.ts";

const named = (name: string, more: object = {}): Error => Object.assign(new Error(name), { name, ...more });
const throttled = named("ThrottlingException", { $metadata: { httpStatusCode: 400 } });

/** Failed attempts at those seconds, and what a person is told of them. */
function hear(attempts: readonly (readonly [second: number, error: unknown])[]): string[] {
  const events: Event[] = [];
  let second = 0;
  const tell = watchHindrances(
    (event) => events.push(event),
    () => second * 1000,
  );
  for (const [at, error] of attempts) {
    second = at;
    tell(error, "ecs:DescribeServices");
  }
  return events.map((event) => (event.type === "waiting" ? `${event.elapsedSeconds} s: ${event.message}` : event.type));
}

test("a call that is made again at once is nothing to speak of; one that goes on failing is told now and again", () => {
  assert.deepEqual(hear([[0, throttled], [1, throttled]]), []); // prettier-ignore
  assert.deepEqual(hear([0, 1, 3, 5, 9, 14].map((second) => [second, throttled])), [
    "3 s: AWS asks to slow down; calls are made again (3 times so far, last ecs:DescribeServices)",
    "14 s: AWS asks to slow down; calls are made again (6 times so far, last ecs:DescribeServices)",
  ]);
});

test("when it has been quiet for a while, it begins anew", () => {
  assert.deepEqual(hear([0, 4, 40, 41].map((second) => [second, throttled])).length, 1);
});

test("what keeps calls waiting has a name; an answer that says no keeps nobody waiting", () => {
  const told = (error: unknown): string | undefined => hear([[0, error], [4, error]])[0]; // prettier-ignore
  assert.match(told(named("InternalFailure", { $metadata: { httpStatusCode: 503 } })) ?? "", /^4 s: AWS fails;/);
  assert.match(told(named("Error", { code: "ECONNRESET", $metadata: {} })) ?? "", /^4 s: connections to AWS break;/);
  assert.match(told(named("TimeoutError")) ?? "", /connections to AWS break/);
  assert.equal(told(named("ValidationError", { $metadata: { httpStatusCode: 400 } })), undefined);
  assert.equal(told("no error at all"), undefined);
});

test("every attempt that the SDK makes is heard of", async () => {
  const server = createServer((_request, response) => response.writeHead(500).end()).listen(0, "127.0.0.1");
  try {
    await new Promise((resolve) => server.once("listening", resolve));
    const heard: string[] = [];
    const enough = new AbortController();
    const aws = new Aws({
      region: "us-east-1",
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      onFailedAttempt: (_error, operation) => {
        if (heard.push(operation) === 2) enough.abort();
      },
    });
    await assert.rejects(aws.call("ecs", "DescribeClusters", {}, enough.signal));
    assert.deepEqual(heard, ["ecs:DescribeClusters", "ecs:DescribeClusters"]);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

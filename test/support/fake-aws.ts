import { Aws, type CallRecord } from "../../src/core/aws/aws.ts";
import { ServerClock } from "../../src/core/aws/server-clock.ts";
import type { Context } from "../../src/core/context.ts";
import type { Event } from "../../src/core/events.ts";

/** Answers by operation name; a function is asked anew for each call, and may throw. */
export type Answers = Record<string, object | ((input: never) => object)>;

/** A clock that stands where it is put, a local millisecond after where it stood before: however busy the computer is. */
function standingClock(): ServerClock {
  let local = 0;
  const clock = new ServerClock(() => local);
  const observe = clock.observe.bind(clock);
  clock.observe = (server) => {
    local++;
    observe(server);
  };
  return clock;
}

/** An `Aws` that sends nothing: it answers from a table, and its clock stands where it is put. */
export class FakeAws extends Aws {
  override readonly clock = standingClock();
  answers: Answers;

  constructor(answers: Answers, now = Date.UTC(2026, 0, 1, 12)) {
    super({ region: "us-east-1" });
    this.answers = answers;
    this.clock.observe(now);
  }

  override async call<Answer>(service: CallRecord["service"], operation: never, input: never): Promise<Answer> {
    this.calls.push({ service, operation });
    const answer = this.answers[operation as string] ?? {};
    return (typeof answer === "function" ? (answer as (input: never) => object)(input) : answer) as Answer;
  }
}

/** A context for operations; its events are collected in `events`. */
export function fakeContext(
  aws: Aws,
  signal: AbortSignal = new AbortController().signal,
): Context & { events: Event[] } {
  const events: Event[] = [];
  return { aws, events, emit: (event) => events.push(event), signal, stateDir: "", env: {} };
}

import type { Socket } from "node:net";
import { buildConnector, type Dispatcher } from "undici";
import { KnownHeads } from "./known-heads.ts";
import { LeanSocket } from "./lean-socket.ts";
import type { Recorder, TargetRecord } from "./recorder.ts";
import { prepareRequests, type RequestPlan } from "./request-mix.ts";

/** What all connections to one target share. */
export interface Route {
  readonly record: TargetRecord;
  readonly recorder: Recorder;
  readonly origin: URL;
  readonly timeoutMs: number;
  readonly connector: buildConnector.connector;
  /** One round of requests, and which is next. */
  readonly requests: readonly Dispatcher.DispatchOptions[];
  turn: number;
  readonly heads: KnownHeads;
  /** What undici made of each request of the round, when it can be sent again as it is. */
  readonly bytes: (Buffer | undefined)[];
}

/** The way to a target, for any number of connections. */
export function makeRoute(plan: RequestPlan, recorder: Recorder, record: TargetRecord, timeoutMs: number): Route {
  const { origin: text, protocol } = new URL(record.target.url);
  const origin = new URL(text);
  // undici asks for it with each request, and an URL puts it together each time.
  Object.defineProperty(origin, "origin", { value: text });
  const heads = new KnownHeads();
  const secure = buildConnector({ rejectUnauthorized: !plan.insecure, allowH2: false, timeout: 0 });
  const connector = protocol === "https:" ? secure : connectLeanly(heads);
  const requests = prepareRequests(plan, record.target.url);
  return { record, recorder, origin, timeoutMs, connector, requests, turn: 0, heads, bytes: [] };
}

/** undici's connector interface over the lean socket. */
function connectLeanly(heads: KnownHeads): buildConnector.connector {
  return ({ hostname, port }, callback) => {
    // undici keeps the brackets of an IPv6 address.
    const host = hostname.replace(/^\[(.*)\]$/, "$1");
    const socket: LeanSocket = new LeanSocket(host, Number(port) || 80, heads, (error) =>
      // It has all of a socket that undici's HTTP/1.1 client uses; the tests of this folder hold it to that.
      error ? callback(error, null) : callback(null, socket as unknown as Socket),
    );
    return socket;
  };
}

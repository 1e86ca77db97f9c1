import { NoRuntime } from "../../src/sandbox/runtime/none.ts";
import { listen } from "../../src/sandbox/server.ts";
import type { Members } from "../../src/sandbox/wire/codecs.ts";
import { Dispatcher } from "../../src/sandbox/wire/dispatch.ts";
import { Clock } from "../../src/sandbox/world/clock.ts";
import { World } from "../../src/sandbox/world/world.ts";

export interface WireServer {
  url: string;
  log: string[];
  /** Settings of an SDK client of it. */
  settings: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
    disableHostPrefix: boolean;
  };
  close(): void;
}

/** The wire layer alone; with `answer`, that function stands in for every handler. */
export async function startWire(
  answer?: (operation: string, input: Members) => Members,
  now: () => number = () => Date.now(),
): Promise<WireServer> {
  const world = new World({ clock: new Clock({ stepped: true }), runtime: new NoRuntime(), engines: [] });
  const log: string[] = [];
  const dispatcher = new Dispatcher({ world, answer, log: (message) => log.push(message) });
  const nothing = () => Promise.resolve(undefined);
  const { server, port } = await listen(0, {
    now,
    api: (request) => dispatcher.dispatch(request),
    registry: nothing,
    control: nothing,
    log: (message) => log.push(message),
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    log,
    settings: {
      endpoint: url,
      region: "us-east-1",
      credentials: { accessKeyId: "AKIATEST", secretAccessKey: "none" },
      maxAttempts: 1,
      disableHostPrefix: true,
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

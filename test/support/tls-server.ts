import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { LoopbackServer } from "./http-servers.ts";

const read = (name: string) => readFileSync(join(import.meta.dirname, "../fixtures", name));

/** An HTTPS server on a free loopback port, with a certificate that nobody trusts (fixtures, valid for a hundred years). */
export async function startTlsServer(listener: RequestListener): Promise<LoopbackServer> {
  const server = createServer({ key: read("self-signed.key"), cert: read("self-signed.pem") }, listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";

export interface LoopbackServer {
  url: string;
  /** Ends it and every connection. */
  close(): Promise<void>;
}

async function listen(server: Server): Promise<LoopbackServer> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** An HTTP server on a free loopback port. */
export const startHttpServer = (listener: RequestListener): Promise<LoopbackServer> =>
  listen(createHttpServer(listener));

/** A TCP server that does with each connection whatever it is told. */
export const startTcpServer = (onConnection: (socket: Socket) => void): Promise<LoopbackServer> =>
  listen(createTcpServer(onConnection));

/** A loopback URL at which nobody listens. */
export async function unusedUrl(): Promise<string> {
  const server = await startTcpServer((socket) => socket.destroy());
  await server.close();
  return server.url;
}

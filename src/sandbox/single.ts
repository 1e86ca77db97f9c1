import { once } from "node:events";
import { renameSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";

/** The right to be a state directory's only sandbox, and the place where others ask it who it is. */
export interface Single {
  /** From now on everybody who asks, or has been waiting, hears this document (one line of JSON). */
  announce(document: object): void;
  /** Gives the right back; those who are connected see the connection end. */
  release(): void;
}

/**
 * Takes the right, held by listening at a local socket: the system gives it back when the process ends, however it
 * ends. Undefined when another sandbox holds it.
 */
export async function becomeSingle(socketPath: string): Promise<Single | undefined> {
  const clients = new Set<Socket>();
  let announced: string | undefined;
  const server = createServer((client) => {
    clients.add(client);
    client.on("error", () => client.destroy());
    client.on("close", () => clients.delete(client));
    if (announced !== undefined) client.write(announced);
  });
  if (!(await listenAlone(server, socketPath))) return undefined;
  return {
    announce(document) {
      announced = `${JSON.stringify(document)}\n`;
      for (const client of clients) client.write(announced);
    },
    release() {
      server.close();
      for (const client of clients) client.destroy();
    },
  };
}

async function listenAlone(server: Server, socketPath: string): Promise<boolean> {
  if (await tryListen(server, socketPath)) return true;
  if (await isAlive(socketPath)) return false;
  removeDead(socketPath);
  return tryListen(server, socketPath);
}

async function tryListen(server: Server, socketPath: string): Promise<boolean> {
  server.listen(socketPath);
  try {
    await once(server, "listening");
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return false;
    throw error;
  }
}

async function isAlive(socketPath: string): Promise<boolean> {
  const socket = connect(socketPath);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Moved away first, which only one of several starters can do. */
function removeDead(socketPath: string): void {
  const aside = `${socketPath}.${process.pid}`;
  try {
    renameSync(socketPath, aside);
    rmSync(aside, { force: true });
  } catch {
    // Another starter was faster; whoever listens first has it.
  }
}

import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** One side of a connection on which HTTP is over, and what it had sent by then. */
interface Side {
  socket: Duplex;
  head: Buffer;
}

/** Gives the client the target's consent, and passes on what either side sends until one ends or nothing moves. */
export function joinSockets(client: Side, target: Side & { answer: IncomingMessage }, idleMs: number): void {
  const { statusCode = 101, statusMessage = "", rawHeaders } = target.answer;
  const lines = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}\r\n`] : []));
  client.socket.write(`HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines.join("")}\r\n`);
  for (const [from, to] of [
    [target, client],
    [client, target],
  ] as const) {
    if (from.head.length > 0) to.socket.write(from.head);
    from.socket.pipe(to.socket);
    from.socket.on("error", () => to.socket.destroy());
    from.socket.once("close", () => to.socket.destroy());
    if (from.socket instanceof Socket) from.socket.setTimeout(idleMs, () => from.socket.destroy());
  }
}

/**
 * Loaded before an image's own Node program (`node --import`). A process has no network of its own, so the container's
 * ports become the task's host ports here, and anything else that listens stays on loopback, out of the others' way.
 * A thread of its own ends the process with its parent, even when the program's own thread is busy.
 */
import net from "node:net";
import { isMainThread, Worker } from "node:worker_threads";

/** Container port to where it is published. */
export type PortMap = Record<string, { address: string; port: number }>;

/** The pipe whose end means that the parent has ended. */
const parentPipe = 3;

const watcher = `
  const socket = new (require("node:net").Socket)({ fd: ${parentPipe}, readable: true, writable: false });
  const end = () => process.kill(process.pid, "SIGKILL");
  socket.on("end", end).on("error", end).on("close", end).resume();
`;

/** Where a server that asks for `port` listens in truth. */
function place(ports: PortMap, port: unknown): { host: string; port: number } {
  const published = ports[String(port)];
  return published ? { host: published.address, port: published.port } : { host: "127.0.0.1", port: 0 };
}

function redirectListening(ports: PortMap): void {
  const listen = net.Server.prototype.listen as (this: net.Server, ...args: unknown[]) => net.Server;
  const redirected = function (this: net.Server, ...args: unknown[]): net.Server {
    const [first] = args;
    const options = typeof first === "object" && first !== null ? (first as Record<string, unknown>) : { port: first };
    const asksForPort = /^\d+$/.test(String(options["port"] ?? "")) || first === undefined;
    if (!asksForPort) return listen.apply(this, args);
    const callback = args.findLast((argument) => typeof argument === "function");
    return listen.call(this, { ...options, ...place(ports, options["port"]), ipv6Only: false }, callback);
  };
  net.Server.prototype.listen = redirected as typeof net.Server.prototype.listen;
}

if (isMainThread) {
  redirectListening(JSON.parse(process.env["ECSCTL_TASK_PORTS"] ?? "{}") as PortMap);
  delete process.env["ECSCTL_TASK_PORTS"];
  new Worker(watcher, { eval: true, execArgv: [], stdin: false }).unref();
}

import { Agent, createServer, type IncomingMessage, request, type Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import { answerFixed, pageOf } from "./balancer-pages.ts";
import { joinSockets } from "./balancer-upgrade.ts";
import { noteAnswer, noteOwnAnswer } from "./balancer-metrics.ts";
import {
  forwardedGroups,
  listeners,
  loadBalancers,
  type TargetGroupRecord,
  targetGroups,
  type TargetRecord,
} from "./records/elb.ts";
import { addressOf, servingTargets } from "./targets.ts";
import type { Region } from "./world.ts";

/** What all headers of a request, and of an answer, may have in bytes ("HTTP header limits", ELB user guide). */
const largestHead = { request: 65_536, answer: 32_768 };
/** What concerns one connection only and is not passed on (RFC 9110, 7.6.1). */
const hopHeaders = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];

interface Turn {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  group: TargetGroupRecord;
  target: TargetRecord;
  tried: boolean;
  /** The client wants to go on with something else than HTTP on this connection. */
  upgrade?: { socket: Duplex; head: Buffer };
}

/** One listener of an application load balancer: a real server that passes requests on to the healthy targets in turn. */
export class BalancerDoor {
  readonly region: Region;
  private readonly listenerArn: string;
  private readonly balancerId: string;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 256 });
  private readonly server: Server;
  /** Connections on which something else than HTTP goes on. */
  private readonly joined = new Set<Duplex>();
  private turn = 0;

  constructor(region: Region, listenerArn: string, balancerId: string) {
    this.region = region;
    this.listenerArn = listenerArn;
    this.balancerId = balancerId;
    const limits = { maxHeaderSize: largestHead.request, requestTimeout: 0 };
    this.server = createServer(limits, (incoming, outgoing) => this.answer(incoming, outgoing));
    this.server.on("upgrade", (incoming, socket, head) => this.upgrade(incoming, socket, head));
    this.server.on("clientError", (error: NodeJS.ErrnoException, socket) => this.refuseClient(error, socket));
    // It must not keep a process alive that has nothing else to do.
    this.server.unref();
  }

  /** Listens there, or at a free port of the address when somebody else does; gives the port. */
  async open(address: string, port: number): Promise<number> {
    const listen = (at: number) =>
      new Promise<void>((resolve, reject) => {
        this.server.once("error", reject);
        this.server.listen({ host: address, port: at, backlog: 1024 }, () => {
          this.server.off("error", reject);
          resolve();
        });
      });
    await listen(port).catch(() => listen(0));
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    this.agent.destroy();
    for (const socket of this.joined) socket.destroy();
    await closed;
  }

  /** For so long both sides keep a connection on which nothing moves: the balancer's attribute, in real time. */
  private idleMs(): number {
    const { loadBalancerArn = "" } = listeners(this.region).get(this.listenerArn) ?? {};
    return (
      Number(loadBalancers(this.region).get(loadBalancerArn)?.attributes["idle_timeout.timeout_seconds"] ?? 60) * 1000
    );
  }

  /** WebSockets go through; what else a client offers (h2c) it does without, as on AWS. */
  private upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const outgoing = new ServerResponse(incoming);
    outgoing.shouldKeepAlive = false;
    // Node types it as any stream; over TCP it is a socket.
    outgoing.assignSocket(socket as Socket);
    outgoing.once("finish", () => socket.end());
    socket.on("error", () => outgoing.destroy());
    const isWebSocket = incoming.headers.upgrade?.toLowerCase() === "websocket";
    this.answer(incoming, outgoing, isWebSocket ? { socket, head } : undefined);
  }

  private answer(incoming: IncomingMessage, outgoing: ServerResponse, upgrade?: Turn["upgrade"]): void {
    this.server.keepAliveTimeout = this.idleMs();
    const actions = listeners(this.region).get(this.listenerArn)?.actions ?? [];
    const fixed = actions.find((action) => action.Type === "fixed-response")?.FixedResponseConfig;
    if (fixed) return answerFixed(incoming, outgoing, fixed);
    const group = this.chooseGroup(actions);
    const targets = group ? servingTargets(group) : [];
    const target = targets[this.turn++ % Math.max(1, targets.length)];
    if (!group || !target) return this.refuse(incoming, outgoing, group, 503);
    this.forward({ incoming, outgoing, group, target, tried: false, ...(upgrade && { upgrade }) });
  }

  private chooseGroup(actions: readonly Action[]): TargetGroupRecord | undefined {
    const groups = forwardedGroups(actions).filter(({ weight }) => weight > 0);
    const total = groups.reduce((sum, { weight }) => sum + weight, 0);
    let at = total > 0 ? this.turn % total : 0;
    const chosen = groups.find(({ weight }) => (at -= weight) < 0);
    return targetGroups(this.region).get(chosen?.arn ?? "");
  }

  private forward(turn: Turn): void {
    const { incoming, outgoing, group, target } = turn;
    const address = addressOf(this.region, group, target);
    if (!address) return this.refuse(incoming, outgoing, group, 502);
    const from = performance.now();
    const { method, url: path } = incoming;
    const { upgrade } = turn;
    const sent = request({
      ...address,
      method,
      path,
      agent: upgrade ? false : this.agent,
      maxHeaderSize: largestHead.answer,
      headers: { ...this.headersFor(incoming), ...(upgrade && { connection: "Upgrade", upgrade: "websocket" }) },
    });
    sent.setTimeout(this.idleMs(), () => {
      // Who is waited for: the client that has not sent all, or the target.
      this.refuse(incoming, outgoing, group, incoming.complete ? 504 : 408);
      sent.destroy();
    });
    if (upgrade) sent.once("upgrade", (answer, socket, head) => this.join(turn, { answer, socket, head, from }));
    sent.once("response", (answer) => {
      noteAnswer(this.region.world, this.ids(group), answer.statusCode ?? 0, (performance.now() - from) / 1000);
      outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, withoutHops(answer));
      answer.pipe(outgoing);
      answer.once("error", () => outgoing.destroy());
    });
    sent.once("error", (error) => this.failed(turn, error, sent.reusedSocket));
    // A client that leaves takes its request with it.
    outgoing.once("close", () => outgoing.writableFinished || sent.destroy());
    if (mayHaveBody(incoming)) incoming.pipe(sent);
    else sent.end();
  }

  /** A kept connection may end just when it is used again: then the request, if it has no body, goes out once more. */
  private failed(turn: Turn, error: NodeJS.ErrnoException, reused: boolean): void {
    const { incoming, outgoing, group } = turn;
    // An answer of our own goes out whole; one of the target's that breaks off must not look whole.
    if (outgoing.writableEnded) return;
    if (outgoing.headersSent || outgoing.destroyed) return void outgoing.destroy();
    if (reused && !turn.tried && !mayHaveBody(incoming)) return this.forward({ ...turn, tried: true });
    this.refuse(incoming, outgoing, group, 502, error.syscall === "connect");
  }

  private join(turn: Turn, to: { answer: IncomingMessage; socket: Duplex; head: Buffer; from: number }): void {
    const { outgoing, group, upgrade } = turn;
    const { answer, from } = to;
    if (!upgrade) return;
    noteAnswer(this.region.world, this.ids(group), answer.statusCode ?? 101, (performance.now() - from) / 1000);
    outgoing.detachSocket(upgrade.socket as Socket);
    const both = [upgrade.socket, to.socket];
    for (const socket of both) {
      this.joined.add(socket);
      socket.once("close", () => this.joined.delete(socket));
    }
    joinSockets(upgrade, to, this.idleMs());
  }

  /** What is no request, or too long for one: no target hears of it. */
  private refuseClient(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
    const status = error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
    const { title, headers, body } = pageOf(status);
    const lines = Object.entries({ ...headers, connection: "close" }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${title}\r\n${lines.join("")}\r\n${body}`);
  }

  private headersFor(incoming: IncomingMessage): Record<string, string | string[]> {
    const { remoteAddress = "", localPort } = incoming.socket;
    const before = incoming.headers["x-forwarded-for"];
    const { headers } = incoming;
    const kept = Object.entries(headers).filter(([name]) => !hopHeaders.includes(name));
    return {
      ...(Object.fromEntries(kept) as Record<string, string | string[]>),
      ...(headers["transfer-encoding"] ? { "transfer-encoding": "chunked" } : {}),
      "x-forwarded-for": before ? `${String(before)}, ${remoteAddress}` : remoteAddress,
      "x-forwarded-proto": "http",
      "x-forwarded-port": String(localPort ?? ""),
    };
  }

  private ids(group: TargetGroupRecord | undefined): { balancer: string; group: string } {
    return { balancer: this.balancerId, group: group?.id ?? "" };
  }

  private refuse(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    group: TargetGroupRecord | undefined,
    status: number,
    connectFailed = false,
  ): void {
    if (outgoing.headersSent) return;
    incoming.resume();
    noteOwnAnswer(this.region.world, this.ids(group), status, connectFailed);
    const { headers, body } = pageOf(status);
    if (!incoming.complete) outgoing.setHeader("connection", "close");
    outgoing.writeHead(status, headers).end(body);
  }
}

const mayHaveBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

function withoutHops(answer: IncomingMessage): string[] {
  const kept: string[] = [];
  for (let index = 0; index < answer.rawHeaders.length; index += 2) {
    const name = answer.rawHeaders[index] ?? "";
    if (!hopHeaders.includes(name.toLowerCase())) kept.push(name, answer.rawHeaders[index + 1] ?? "");
  }
  return kept;
}

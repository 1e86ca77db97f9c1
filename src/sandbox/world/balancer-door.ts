import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import { noteAnswer, noteOwnAnswer } from "./balancer-metrics.ts";
import { forwardedGroups, listeners, type TargetGroupRecord, targetGroups, type TargetRecord } from "./records/elb.ts";
import { addressOf, servingTargets } from "./targets.ts";
import type { Region } from "./world.ts";

/** Both sides keep connections; an idle one is closed after this time, AWS's default. */
const idleMs = 60_000;
const pages: Record<number, string> = {
  502: "502 Bad Gateway",
  503: "503 Service Temporarily Unavailable",
  504: "504 Gateway Time-out",
};
/** What concerns one connection only and is not passed on (RFC 9110, 7.6.1). */
const hopHeaders = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];

interface Turn {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  group: TargetGroupRecord;
  target: TargetRecord;
  tried: boolean;
}

/** One listener of an application load balancer: a real server that passes requests on to the healthy targets in turn. */
export class BalancerDoor {
  readonly region: Region;
  private readonly listenerArn: string;
  private readonly balancerId: string;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 256 });
  private readonly server: Server;
  private turn = 0;

  constructor(region: Region, listenerArn: string, balancerId: string) {
    this.region = region;
    this.listenerArn = listenerArn;
    this.balancerId = balancerId;
    this.server = createServer((incoming, outgoing) => this.answer(incoming, outgoing));
    this.server.keepAliveTimeout = idleMs;
    this.server.requestTimeout = 0;
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
    await closed;
  }

  private answer(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const actions = listeners(this.region).get(this.listenerArn)?.actions ?? [];
    const fixed = actions.find((action) => action.Type === "fixed-response")?.FixedResponseConfig;
    if (fixed) return answerFixed(incoming, outgoing, fixed);
    const group = this.chooseGroup(actions);
    const targets = group ? servingTargets(group) : [];
    const target = targets[this.turn++ % Math.max(1, targets.length)];
    if (!group || !target) return this.refuse(incoming, outgoing, group, 503);
    this.forward({ incoming, outgoing, group, target, tried: false });
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
    const sent = request({ ...address, method, path, agent: this.agent, headers: this.headersFor(incoming) });
    sent.setTimeout(idleMs, () => {
      this.refuse(incoming, outgoing, group, 504);
      sent.destroy();
    });
    sent.once("response", (answer) => {
      noteAnswer(this.region.world, this.ids(group), answer.statusCode ?? 0, (performance.now() - from) / 1000);
      outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, withoutHops(answer));
      answer.pipe(outgoing);
      answer.once("error", () => outgoing.destroy());
    });
    sent.once("error", () => this.failed(turn, sent.reusedSocket));
    // A client that leaves takes its request with it.
    outgoing.once("close", () => outgoing.writableFinished || sent.destroy());
    if (mayHaveBody(incoming)) incoming.pipe(sent);
    else sent.end();
  }

  /** A kept connection may end just when it is used again: then the request, if it has no body, goes out once more. */
  private failed(turn: Turn, reused: boolean): void {
    const { incoming, outgoing, group } = turn;
    if (outgoing.headersSent || outgoing.destroyed) return void outgoing.destroy();
    if (reused && !turn.tried && !mayHaveBody(incoming)) return this.forward({ ...turn, tried: true });
    this.refuse(incoming, outgoing, group, 502);
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
  ): void {
    if (outgoing.headersSent) return;
    incoming.resume();
    noteOwnAnswer(this.region.world, this.ids(group), status);
    const title = pages[status] ?? String(status);
    const body =
      `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n` +
      `<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
    const headers = { server: "awselb/2.0", "content-type": "text/html", "content-length": Buffer.byteLength(body) };
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

function answerFixed(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fixed: NonNullable<Action["FixedResponseConfig"]>,
): void {
  incoming.resume();
  const body = fixed.MessageBody ?? "";
  const headers = {
    server: "awselb/2.0",
    "content-type": fixed.ContentType ?? "text/plain",
    "content-length": Buffer.byteLength(body),
  };
  outgoing.writeHead(Number(fixed.StatusCode ?? 200), headers).end(body);
}

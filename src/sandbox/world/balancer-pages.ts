import type { IncomingMessage, ServerResponse } from "node:http";
import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";

const pages: Record<number, string> = {
  400: "400 Bad Request",
  408: "408 Request Time-out",
  502: "502 Bad Gateway",
  503: "503 Service Temporarily Unavailable",
  504: "504 Gateway Time-out",
};

/** An answer of the load balancer's own. */
export function pageOf(status: number): { title: string; headers: Record<string, string | number>; body: string } {
  const title = pages[status] ?? String(status);
  const body =
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n` +
    `<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  const headers = { server: "awselb/2.0", "content-type": "text/html", "content-length": Buffer.byteLength(body) };
  return { title, headers, body };
}

/** The answer that a listener gives without asking anybody. */
export function answerFixed(
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

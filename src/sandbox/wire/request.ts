import type { IncomingHttpHeaders } from "node:http";

/** A request whose body was read whole (and unpacked). */
export interface WireRequest {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface WireAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

export const header = (request: WireRequest, name: string): string => String(request.headers[name] ?? "");

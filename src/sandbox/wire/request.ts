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
  /** The work was done, but nobody hears: the connection breaks instead (a fault that somebody asked for). */
  lost?: boolean;
}

export const header = (request: WireRequest, name: string): string => String(request.headers[name] ?? "");

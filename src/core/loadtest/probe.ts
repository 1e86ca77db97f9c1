import { request } from "undici";
import type { RequestShape } from "./connection.ts";

/** Sends one request and gives undefined when it is answered, with whatever status, else the error. */
export async function probe(url: string, shape: RequestShape, timeoutMs: number): Promise<Error | undefined> {
  try {
    const at = new URL(shape.path ?? "", url);
    const { body } = await request(at, {
      method: shape.method,
      headers: shape.headers,
      body: shape.body ?? null,
      reset: true,
      signal: AbortSignal.timeout(timeoutMs),
    });
    await body.dump();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

import { Agent, request } from "undici";
import { prepareRequests, type RequestPlan } from "./request-mix.ts";

/** Sends one request and gives undefined when it is answered, with whatever status, else the error. */
export async function probe(url: string, plan: RequestPlan, timeoutMs: number): Promise<Error | undefined> {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: !plan.insecure } });
  try {
    const [first] = prepareRequests(plan, url);
    const { body } = await request(new URL(first?.path ?? "", url), {
      dispatcher,
      method: plan.shape.method,
      headers: plan.shape.headers,
      body: plan.shape.body ?? null,
      reset: true,
      signal: AbortSignal.timeout(timeoutMs),
    });
    await body.dump();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    void dispatcher.destroy();
  }
}

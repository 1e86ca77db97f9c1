import type { Fault, FaultRequest, Faults } from "../faults.ts";

/** What `POST /_sandbox/faults` takes: any of these, in this order. */
export interface FaultsRequest {
  /** Take away: all, or those of a service. */
  off?: { service?: string | undefined } | undefined;
  on?: FaultRequest[] | undefined;
  /** The instance to lose: its id, or any. */
  loseInstance?: string | undefined;
}

/** What it answers. */
export interface FaultsAnswer {
  faults: Fault[];
  /** The instance that was lost. */
  lost: string | null;
  /** Why it was refused; what came before it in the request is done. */
  refused?: string;
}

/** `/_sandbox/faults`: shows what is on (GET), or changes it. Undefined for any other method. */
export function controlFaults(faults: Faults, method: string, body: Buffer): FaultsAnswer | undefined {
  if (method === "GET") return { faults: faults.list(), lost: null };
  if (method !== "POST") return undefined;
  let lost: string | null = null;
  try {
    const { off, on = [], loseInstance } = JSON.parse(body.toString()) as FaultsRequest;
    if (off) faults.clear(off.service);
    for (const request of on) faults.add(request);
    if (loseInstance !== undefined) lost = faults.loseInstance(loseInstance === "any" ? undefined : loseInstance);
    return { faults: faults.list(), lost };
  } catch (error) {
    return { faults: faults.list(), lost, refused: error instanceof Error ? error.message : String(error) };
  }
}

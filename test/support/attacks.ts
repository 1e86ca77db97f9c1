import { type AttackListener, type AttackPlan, Attacker } from "../../src/core/loadtest/attacker.ts";
import { Recorder } from "../../src/core/loadtest/recorder.ts";
import type { RequestPlan } from "../../src/core/loadtest/request-mix.ts";

/** A GET of the target's own path. */
export const plainRequests: RequestPlan = {
  shape: { method: "GET", headers: ["x-load", "yes"] },
  paths: [],
  keepAlive: true,
  insecure: false,
};

export interface TestAttack extends Partial<Omit<AttackPlan, "requests">> {
  requests?: Partial<RequestPlan>;
  listener?: AttackListener;
}

/** An attack with short limits: by default one client of a closed loop. */
export function makeAttack({ requests, listener, ...plan }: TestAttack): { recorder: Recorder; attacker: Attacker } {
  const recorder = new Recorder();
  const whole: AttackPlan = {
    timeoutMs: 5000,
    loop: { kind: "closed", connections: 1 },
    ...plan,
    requests: { ...plainRequests, ...requests },
  };
  return { recorder, attacker: new Attacker(whole, recorder, listener) };
}

/** An attack from its begin to its end. */
export async function attack(url: string, options: TestAttack): Promise<Recorder> {
  const { recorder, attacker } = makeAttack(options);
  attacker.setTargets([{ task: "one", url }]);
  await attacker.done;
  return recorder;
}

/** How many failures of each kind. */
export const kindsOf = (recorder: Recorder): Record<string, number> =>
  Object.fromEntries([...recorder.byKind].map(([kind, { count }]) => [kind, count]));

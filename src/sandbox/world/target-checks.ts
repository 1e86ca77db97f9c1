import { request } from "node:http";
import { balancersOf, loadBalancers, type TargetGroupRecord, targetGroups, type TargetRecord } from "./records/elb.ts";
import { tasks } from "./records/ecs.ts";
import { addressOf, type CheckResult, matches, noteCheck, settleTargets } from "./targets.ts";
import type { Region, World } from "./world.ts";

/** However fast the world is, a real program gets this much of our time to answer. */
const leastTimeoutMs = 1000;

const underWay = new WeakMap<World, Set<string>>();

/** Checks every target that is due. What comes of it is noted when the answer is there. */
export function stepTargets(region: Region, now: number): void {
  for (const group of targetGroups(region).values()) {
    settleTargets(region, group, now);
    if (!balancersOf(region, group.arn).some((arn) => loadBalancers(region).get(arn)?.state === "active")) continue;
    for (const [key, target] of Object.entries(group.targets)) {
      if (target.state === "draining" || target.state === "unused" || now < target.nextCheckAt) continue;
      target.nextCheckAt = now + group.healthCheck.intervalSeconds * 1000;
      startCheck(region, group, key);
    }
  }
}

function startCheck(region: Region, group: TargetGroupRecord, key: string): void {
  const running = underWay.get(region.world) ?? new Set();
  underWay.set(region.world, running);
  const name = `${group.arn} ${key}`;
  const target = group.targets[key];
  if (!target || running.has(name)) return;
  if (region.world.runtime.kind === "none" && target.taskId !== undefined)
    return noteCheck(group, target, answerOfRecord(region, target));
  running.add(name);
  void check(region, group, target).then((result) => {
    running.delete(name);
    if (group.targets[key] === target) noteCheck(group, target, result);
  });
}

/** Tasks that are nothing but records answer as long as they run. */
function answerOfRecord(region: Region, target: TargetRecord): CheckResult {
  const task = tasks(region).get(target.taskId ?? "");
  return task?.phase === "RUNNING" ? { ok: true } : failedCheck;
}

const failedCheck = {
  ok: false,
  reason: "Target.FailedHealthChecks",
  description: "Health checks failed",
} as const;

function check(region: Region, group: TargetGroupRecord, target: TargetRecord): Promise<CheckResult> {
  const { path, port, timeoutSeconds, matcher } = group.healthCheck;
  const checked = port === "traffic-port" ? target.port : Number(port);
  const address = addressOf(region, group, { id: target.id, port: checked });
  if (!address) return Promise.resolve(failedCheck);
  const timeout = Math.max(leastTimeoutMs, region.world.clock.toRealMs(timeoutSeconds * 1000));
  return new Promise((resolve) => {
    const headers = { "user-agent": "ELB-HealthChecker/2.0", connection: "close", host: `${target.id}:${checked}` };
    const sent = request({ ...address, path, headers, agent: false, timeout }, (answer) => {
      answer.resume();
      const status = answer.statusCode ?? 0;
      if (matches(matcher, status)) return resolve({ ok: true });
      const description = `Health checks failed with these codes: [${status}]`;
      resolve({ ok: false, reason: "Target.ResponseCodeMismatch", description });
    });
    sent.once("timeout", () => {
      resolve({ ok: false, reason: "Target.Timeout", description: "Request timed out" });
      sent.destroy();
    });
    sent.once("error", () => resolve(failedCheck));
    sent.end();
  });
}

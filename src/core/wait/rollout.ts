import type { Deployment, Service } from "@aws-sdk/client-ecs";
import type { Context } from "../context.ts";
import { EcsctlError, ExitCode } from "../errors.ts";
import { adviseOn } from "./advise.ts";
import { explainAlarms, explainWaitingTargets } from "./explain-check.ts";
import { explainPlacement } from "./explain-placement.ts";
import { explainStoppedTasks, type LogPlace } from "./explain-tasks.ts";
import { poll, type Look } from "./poll.ts";

export interface RolloutQuestion {
  cluster: string;
  service: string;
  /** The deployment that we started: `ecs-svc/1234567890123456789`. */
  deploymentId: string;
  logs: LogPlace;
  /** The Auto Scaling group that the tasks run on, to say why there is no room. */
  group?: string | undefined;
  /** `deployed`: its tasks run. `stable`: ECS calls it completed. */
  until: "deployed" | "stable";
  /** Tasks that are to run at least: another number makes no deployment, so ECS goes on calling this one completed. */
  count?: number | undefined;
  /** Without progress, in seconds of the server's time: tasks that fail again and again are none. */
  stallSeconds: number;
}

export interface RolloutResult {
  id: string;
  status: "completed" | "failed" | "superseded" | "timed out";
  taskDefinition: string;
  reason: string | null;
}

/** What failed that often in the same way will not succeed by waiting. */
const hopeless = 3;
/** A new role is not visible everywhere at once: what stands in the way must stand there that long (server's time). */
const passingMs = 30_000;
/** How long what was just made may be missing from lists (server's time). */
const visibleMs = 30_000;
/** Without progress for that long, it is worth asking what is missing where (server's time). */
const patienceMs = 20_000;

/**
 * Waits for one deployment by its id. A service that is steady again after a rollback has not got what was asked for:
 * that is `failed`, whatever `services-stable` says. Interrupted, it leaves the rollout running and says so.
 */
export async function waitForRollout(context: Context, question: RolloutQuestion): Promise<RolloutResult> {
  const rollout = new Rollout(context, question);
  try {
    return await poll(context, {
      id: `rollout/${question.service}`,
      what: `deployment ${question.deploymentId} of service ${question.service}`,
      stallSeconds: question.stallSeconds,
      look: () => rollout.look(),
    });
  } catch (error) {
    if (context.signal.aborted) throw leftRunning(question.deploymentId, question.service, error);
    if (!(error instanceof EcsctlError && error.exitCode === ExitCode.gaveUp)) throw error;
    return rollout.end("timed out", [error.message, error.why].filter(Boolean).join(" "));
  }
}

/** One deployment while it is watched: what was seen last, how far it got, and what stands in its way. */
class Rollout {
  private readonly context: Context;
  private readonly question: RolloutQuestion;
  private taskDefinition = "";
  private best = { running: 0, replaced: -Infinity };
  private readonly startedAt: number;
  private progressAt: number;
  /** A sentence of ECS that no task can be launched: since when, and in how many looks. */
  private obstacle = { text: "", since: 0, looks: 0 };

  constructor(context: Context, question: RolloutQuestion) {
    this.context = context;
    this.question = question;
    this.startedAt = this.progressAt = context.aws.clock.now();
  }

  end(status: RolloutResult["status"], reason: string | null): RolloutResult {
    return { id: this.question.deploymentId, status, taskDefinition: this.taskDefinition, reason };
  }

  async look(): Promise<Look<RolloutResult>> {
    const { cluster, service: name, deploymentId: id } = this.question;
    const answer = await this.context.aws.call("ecs", "DescribeServices", { cluster, services: [name] });
    const service = answer.services?.[0];
    const mine = service?.deployments?.find((deployment) => deployment.id === id);
    if (!mine && this.isFresh()) return { waiting: `service ${name}: deployment ${id} is not listed yet` };
    if (mine) this.taskDefinition = mine.taskDefinition ?? "";
    if (service?.status !== "ACTIVE") return { done: this.end("failed", `Service ${name} is gone.`) };
    const rolledBack = mine?.status === "PRIMARY" ? undefined : findRollback(service, id);
    if (mine?.rolloutState === "FAILED" || rolledBack) {
      const said = mine?.rolloutStateReason ?? rolledBack;
      return { done: this.end("failed", await this.explainEnd(service, said)) };
    }
    if (!mine || mine.status !== "PRIMARY") {
      const newer = service.deployments?.find((deployment) => deployment.status === "PRIMARY")?.id;
      return { done: this.end("superseded", `Deployment ${newer} was started after this one.`) };
    }
    if (isThere(mine, this.question)) return { done: this.end("completed", null) };
    return this.describe(service, mine);
  }

  private async describe(service: Service, mine: Deployment): Promise<Look<RolloutResult>> {
    const { runningCount = 0, desiredCount = 0, failedTasks = 0 } = mine;
    const progress = this.noteProgress(service, mine);
    const waiting = `service ${this.question.service}: ${describeCounts(service, mine)}`;
    if (failedTasks > 0) {
      const trouble = await this.explain(service);
      if (trouble && trouble.alike >= hopeless)
        return { done: this.end("failed", `${trouble.reason}\n${tellNext(service, mine, trouble.alike)}`) };
      return { waiting, progress, reason: trouble?.reason };
    }
    if (runningCount >= desiredCount) return { waiting, progress, reason: await this.explainHealth(service) };
    const obstacle = this.noteObstacle(findEvent(service, mine, /failed to launch a task|unable to assume the role/));
    if (obstacle?.stays) return { done: this.end("failed", `${obstacle.text}\n${tellNext(service, mine, 0)}`) };
    return { waiting, progress, reason: obstacle?.text ?? (await this.explainRoom(service, mine)) };
  }

  /** What was never seen may have been made a moment ago: AWS's reads lag behind its writes. */
  private isFresh(): boolean {
    return this.taskDefinition === "" && this.context.aws.clock.now() - this.startedAt < visibleMs;
  }

  /** Changes only when more runs than ever before, or less of what is to be replaced. */
  private noteProgress(service: Service, mine: Deployment): string {
    const { runningCount: running = 0 } = mine;
    const replaced = -countOthers(service, mine);
    if (running > this.best.running || replaced > this.best.replaced) {
      this.best = { running: Math.max(running, this.best.running), replaced: Math.max(replaced, this.best.replaced) };
      this.progressAt = this.context.aws.clock.now();
    }
    return `${this.best.running}, ${this.best.replaced}`;
  }

  private noteObstacle(said: string | undefined): { text: string; stays: boolean } | undefined {
    const now = this.context.aws.clock.now();
    if (said !== this.obstacle.text) this.obstacle = { text: said ?? "", since: now, looks: 0 };
    if (said === undefined) return undefined;
    const { since } = this.obstacle;
    const text = [said, adviseOn(said)].filter(Boolean).join("\n");
    return { text, stays: ++this.obstacle.looks >= hopeless && now - since >= passingMs };
  }

  private explain({ events }: Service) {
    const { cluster, service, deploymentId, logs } = this.question;
    return explainStoppedTasks(this.context.aws, { cluster, service, deploymentId }, logs, events);
  }

  private async explainEnd(service: Service, said: string | undefined): Promise<string> {
    const byAlarm = /alarm/i.test(said ?? "");
    const why = byAlarm ? await explainAlarms(this.context.aws, service) : (await this.explain(service))?.reason;
    return [said, why].filter(Boolean).join("\n");
  }

  private isImpatient(): boolean {
    return this.context.aws.clock.now() - this.progressAt >= patienceMs;
  }

  /** Everything runs, and yet the rollout is not over: what the load balancer thinks of it. */
  private async explainHealth(service: Service): Promise<string | undefined> {
    if (!this.isImpatient()) return undefined;
    const targets = await explainWaitingTargets(this.context.aws, service);
    return targets && [targets, adviseOn(targets)].filter(Boolean).join("\n");
  }

  /** Why tasks find no place: ECS's sentence, then what is missing where. */
  private async explainRoom(service: Service, mine: Deployment): Promise<string | undefined> {
    const event = findEvent(service, mine, /unable to place a task|unable to consistently start/);
    if (event === undefined && !this.isImpatient()) return undefined;
    const where = {
      cluster: this.question.cluster,
      group: this.question.group,
      taskDefinition: this.taskDefinition,
      refused: event?.includes("unable to place") ?? false,
      missing: (mine.desiredCount ?? 0) - (mine.runningCount ?? 0),
    };
    const missing = mine.launchType === "FARGATE" ? undefined : await explainPlacement(this.context.aws, where);
    return [event, missing, event && adviseOn(event)].filter(Boolean).join("\n") || undefined;
  }
}

/** ECS says in an event that a deployment failed, and in the one that goes back why it was started. */
function findRollback(service: Service, id: string): string | undefined {
  const event = service.events?.find(
    ({ message = "" }) => message.includes(id) && /deployment failed/i.test(message),
  )?.message;
  if (event) return event.replace(/^\(service [^)]*\) /, "");
  const reason = service.deployments?.find((deployment) => deployment.status === "PRIMARY")?.rolloutStateReason;
  return reason && /roll(ing|ed)? ?back/i.test(reason) ? reason : undefined;
}

function isThere(deployment: Deployment, { until, count = 0 }: RolloutQuestion): boolean {
  const { runningCount = 0, desiredCount = 0, pendingCount = 0 } = deployment;
  if (deployment.rolloutState === "COMPLETED") return runningCount >= Math.min(count, desiredCount);
  return until === "deployed" && desiredCount > 0 && runningCount >= desiredCount && pendingCount === 0;
}

/** What ECS does after we have given up, and what there is to type. `failed`: how many tasks failed to start. */
function tellNext(service: Service, mine: Deployment, failed: number): string {
  // The first deployment is made with the service itself.
  if (Number(mine.createdAt ?? 0) - Number(service.createdAt ?? 0) < 1000)
    return "ECS goes on trying, and there is nothing to go back to: repair it, then `ecsctl deploy` again.";
  const { enable, rollback, thresholdConfiguration } = service.deploymentConfiguration?.deploymentCircuitBreaker ?? {};
  const { type, value = 0 } = thresholdConfiguration ?? {};
  if (!enable || !rollback || type !== "COUNT" || failed === 0)
    return "ECS goes on trying; `ecsctl rollback` takes the service back.";
  if (failed >= value) return "ECS's circuit breaker takes the service back by itself: ecsctl watch --until stable";
  return `ECS goes on until ${value} tasks have failed, then takes the service back; \`ecsctl rollback\` does it now.`;
}

const countOthers = (service: Service, mine: Deployment): number =>
  (service.deployments ?? [])
    .filter((deployment) => deployment.id !== mine.id)
    .reduce((sum, deployment) => sum + (deployment.runningCount ?? 0), 0);

function describeCounts(service: Service, mine: Deployment): string {
  const { runningCount = 0, desiredCount = 0, pendingCount = 0, failedTasks = 0 } = mine;
  const old = countOthers(service, mine);
  const counts = [`${runningCount} of ${desiredCount} tasks running`];
  if (pendingCount > 0) counts.push(`${pendingCount} starting`);
  if (failedTasks > 0) counts.push(`${failedTasks} failed`);
  if (old > 0) counts.push(`${old} of the revision before`);
  return counts.join(", ");
}

/** The newest event of that kind, if it is newer than the deployment and than the last start of a task. */
function findEvent(service: Service, mine: Deployment, kind: RegExp): string | undefined {
  const event = service.events?.find(
    ({ message, createdAt }) => kind.test(message ?? "") && Number(createdAt ?? 0) >= Number(mine.createdAt ?? 0),
  );
  const started = service.events?.find(({ message }) => /has started \d+ tasks/.test(message ?? ""));
  if (!event || Number(started?.createdAt ?? 0) > Number(event.createdAt ?? 0)) return undefined;
  return event.message?.replace(/^\(service [^)]*\) /, "").replace(/ For more information, see .*$/, "");
}

/** For the way out of Ctrl-C: the rollout is ECS's, and goes on without us. */
export const leftRunning = (deploymentId: string, service: string, cause: unknown): EcsctlError =>
  new EcsctlError({
    code: "Interrupted",
    message: `Deployment ${deploymentId} of service ${service} goes on by itself; look at it with: ecsctl watch --until stable`,
    exitCode: ExitCode.interrupted,
    cause,
  });

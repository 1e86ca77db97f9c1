import type { NotScaledReason, ScalingActivity } from "@aws-sdk/client-application-auto-scaling";
import type { Activity } from "@aws-sdk/client-auto-scaling";
import type { AlarmHistoryItem } from "@aws-sdk/client-cloudwatch";
import type { Task } from "@aws-sdk/client-ecs";

type Rule = readonly [pattern: RegExp, meaning: (match: RegExpExecArray) => string];

const tasks = (count: string | number | undefined) => (String(count) === "1" ? "1 task" : `${count ?? "some"} tasks`);

/**
 * Service events as ECS words them, most telling first:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
 */
const serviceRules: readonly Rule[] = [
  [/set desired count to (\d+)/i, (m) => `A scaling policy changed how many tasks should run to ${m[1]}.`],
  [/has reached a steady state/, () => "As many healthy tasks run as should: nothing is left to do."],
  [
    /has started (\d+) tasks?/,
    (m) => `ECS placed ${tasks(m[1])} on instances; running comes when the containers have started.`,
  ],
  [
    /has stopped (\d+) running tasks?/,
    (m) => `ECS is ending ${tasks(m[1])}: fewer should run, or newer ones replace them.`,
  ],
  [
    /has begun draining connections on (\d+) tasks?/,
    (m) => `${tasks(m[1])} get no new requests from the load balancer and will stop.`,
  ],
  [/deployment completed/, () => "Every task now runs the newest revision: the rollout is over."],
  [/deployment failed: alarm/, () => "An alarm that watches the rollout went on, and ended it."],
  [/deployment failed/, () => "The new revision did not come up: the circuit breaker ended the rollout."],
  [/rolling back to/, () => "The service goes back to the last revision that ran well."],
  [
    /insufficient (CPU|memory)/i,
    (m) =>
      `No instance has enough ${m[1]?.toLowerCase() === "cpu" ? "CPU units" : "memory"} left for one more task: another instance (or a smaller task) is needed.`,
  ],
  [
    /no container instances? were found in your cluster/i,
    () => "The cluster has no instance yet: the task waits for one to register.",
  ],
  [
    /already using a port required/,
    () => "Every instance already uses that host port: use host port 0, or more instances.",
  ],
  [/Capacity is unavailable/, () => "AWS has no capacity of that kind at the moment: the task waits."],
  [/was unable to place a task/, () => "No instance can take the task: the reason is in the message."],
  [
    /unable to consistently start tasks/,
    () =>
      "Tasks keep stopping soon after they start, so ECS starts them more and more slowly: look at the stopped tasks.",
  ],
  [
    /is unhealthy in .*these codes: \[(\d+)\]/,
    (m) =>
      `A task answered its health check with ${m[1]}, which is not what the load balancer wants: it will be replaced.`,
  ],
  [
    /is unhealthy in|failed (container|ELB) health checks/,
    () => "A task did not answer its health check and will be replaced.",
  ],
  [/deregistered \d+ targets?/, () => "The load balancer stops sending requests to the task."],
  [/registered \d+ targets?/, () => "The load balancer starts sending requests to the task."],
  [/has started a task to replace|task replacement/i, () => "A task ended and ECS starts another in its place."],
  [/service auto scaling|scaling activity/i, () => "Service auto scaling acted on the desired count."],
];

/** What a service event means, in one sentence. */
export function explainServiceEvent(message: string): string {
  for (const [pattern, meaning] of serviceRules) {
    const match = pattern.exec(message);
    if (match) return meaning(match);
  }
  return "ECS reports about the service.";
}

/** https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scaling-activities.html */
function explainReason(reason: NotScaledReason): string {
  switch (reason.Code) {
    case "AlreadyAtMaxCapacity":
      return `it already has the maximum of ${tasks(reason.MaxCapacity ?? reason.CurrentCapacity)}`;
    case "AlreadyAtMinCapacity":
      return `it already has the minimum of ${tasks(reason.MinCapacity ?? reason.CurrentCapacity)}`;
    case "AlreadyAtDesiredCapacity":
      return `${tasks(reason.CurrentCapacity)} ${reason.CurrentCapacity === 1 ? "is" : "are"} what the policy asks for, and what there is`;
    case "AutoScalingAnticipatedFlapping":
      return "scaling in now would push the metric over the target again";
    case "TargetServicePutResourceAsUnscalable":
      return "ECS says that it cannot be scaled at the moment (a deployment may be under way)";
    default:
      return reason.Code ?? "no reason given";
  }
}

const policyOf = (cause: string | undefined) => /policy ([^\s.,]+)/.exec(cause ?? "")?.[1];
const alarmOf = (cause: string | undefined) => /alarm (\S+) in state/.exec(cause ?? "")?.[1];

function explainTrigger(cause: string | undefined): string {
  const policy = policyOf(cause) ?? "a policy";
  const alarm = alarmOf(cause) ?? "";
  if (alarm.includes("AlarmHigh")) return `the metric was above the target of ${policy} for long enough`;
  if (alarm.includes("AlarmLow")) return `the metric was well below the target of ${policy} for long enough`;
  if (/scheduled action/.test(cause ?? "")) return "a scheduled action said so";
  if (/minimum capacity|maximum capacity/.test(cause ?? "")) return "the allowed range changed";
  return alarm ? `alarm ${alarm} triggered ${policy}` : `${policy} asked for it`;
}

/** What a scaling activity did and why; for one that did not scale, why not. */
export function explainScaling(activity: ScalingActivity): string {
  const reasons = activity.NotScaledReasons ?? [];
  const trigger = explainTrigger(activity.Cause);
  if (reasons.length > 0) return `Not scaled although ${trigger}: ${reasons.map(explainReason).join("; ")}.`;
  const [, min, max] =
    /^Setting min capacity to (\d+) and max capacity to (\d+)/.exec(activity.Description ?? "") ?? [];
  if (min !== undefined) return `The service may now run ${min} to ${max} tasks, because ${trigger}.`;
  const count = /to (\d+)/.exec(activity.Description ?? "")?.[1] ?? "another number of";
  switch (activity.StatusCode) {
    case "Successful":
      return `The service now runs ${tasks(count)}, because ${trigger}.`;
    case "Failed":
    case "Unfulfilled":
      return `The service should get ${tasks(count)}, because ${trigger}, but that did not happen: ${activity.StatusMessage ?? "no reason given"}`;
    case "Overridden":
      return `The change to ${tasks(count)} was overtaken by a newer one.`;
    default:
      return `The service is to run ${tasks(count)}, because ${trigger}; ECS is starting or stopping them.`;
  }
}

/** What an alarm's change of state means for scaling. */
export function explainAlarm(item: AlarmHistoryItem): string {
  const name = item.AlarmName ?? "";
  const to = /to (\w+)$/.exec(item.HistorySummary ?? "")?.[1];
  const datapoints = /\[(.+?)\]/.exec(readReason(item.HistoryData))?.[1];
  const seen = datapoints ? ` (${describeDatapoints(datapoints)})` : "";
  if (to === "ALARM" && name.includes("AlarmHigh"))
    return `The metric stayed above the target${seen}: the policy may add tasks.`;
  if (to === "ALARM" && name.includes("AlarmLow"))
    return `The metric stayed well below the target${seen}: the policy may remove tasks.`;
  if (to === "ALARM") return `The alarm's condition holds${seen}.`;
  if (to === "OK") return "The alarm's condition does not hold (any more): it triggers nothing.";
  if (to === "INSUFFICIENT_DATA") return "Too few datapoints to judge: it triggers nothing.";
  return "The alarm changed.";
}

/** `83.0 (01/01/26 12:00:00), 84.1 (…)`, newest first, with the newest five figures only. */
function describeDatapoints(text: string): string {
  const values = text.replaceAll(/ \([^)]*\)/g, "").split(", ");
  const shown = values.slice(0, 5).map((value) => String(Math.round(Number(value) * 10) / 10));
  const all = values.length <= shown.length ? "" : `${values.length} datapoints, the newest `;
  return `${all || (values.length === 1 ? "datapoint " : "datapoints ")}${shown.join(", ")}`;
}

function readReason(historyData: string | undefined): string {
  try {
    const data = JSON.parse(historyData ?? "{}") as { newState?: { stateReason?: unknown } };
    return typeof data.newState?.stateReason === "string" ? data.newState.stateReason : "";
  } catch {
    return "";
  }
}

const stopCodes: Record<string, string> = {
  ServiceSchedulerInitiated: "ECS ended it: the service should run fewer tasks, or a newer one took its place.",
  UserInitiated: "Somebody stopped it.",
  SpotInterruption: "EC2 took the Spot instance back.",
  TerminationNotice: "Its instance is being terminated.",
};

/** Why a task stopped and what to look at. */
export function explainStoppedTask(task: Task): string {
  const reason = task.stoppedReason ?? "";
  const container = (task.containers ?? []).find((one) => one.exitCode || one.reason);
  if (/CannotPull/.test(reason + (container?.reason ?? "")))
    return "The image could not be pulled: is it pushed, and may the execution role read it?";
  if (/secret/i.test(reason) && task.stopCode === "TaskFailedToStart")
    return "A secret could not be looked up: is it there, in this region, and may the execution role read it?";
  if (/container health check/i.test(reason)) return "Its container's own check failed, so ECS replaces it.";
  if (/health check/i.test(reason)) return "It failed its health check, so ECS replaces it.";
  if (/Host EC2/.test(reason)) return "Its instance was terminated.";
  if (container?.exitCode === 137)
    return "Its container was killed (exit code 137): often out of memory, or it ignored SIGTERM for 30 s.";
  if (task.stopCode === "EssentialContainerExited")
    return `Its container ended by itself with exit code ${container?.exitCode ?? "unknown"}: see ecsctl logs.`;
  if (task.stopCode === "TaskFailedToStart") return `It never started: ${container?.reason ?? reason}`;
  return stopCodes[task.stopCode ?? ""] ?? "The task is gone; its reason is in the message.";
}

/** What an activity of the Auto Scaling group means for the cluster. */
export function explainInstance(activity: Activity): string {
  const instance = /i-[0-9a-f]+/.exec(activity.Description ?? "")?.[0] ?? "an instance";
  const failed = activity.StatusCode === "Failed";
  if (activity.Description?.startsWith("Launching"))
    return failed
      ? "An instance could not be launched: the reason is in the message."
      : `Instance ${instance} joins: more tasks fit once it has registered.`;
  if (activity.Description?.startsWith("Terminating"))
    return failed ? `Instance ${instance} could not be terminated.` : `Instance ${instance} leaves: fewer are needed.`;
  return "The Auto Scaling group changed.";
}

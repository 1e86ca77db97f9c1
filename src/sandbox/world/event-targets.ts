import type { Target } from "@aws-sdk/client-eventbridge";
import { logGroupExists, putLogLines } from "./logs.ts";
import { publish } from "./notifications.ts";
import { enqueue } from "./queues.ts";
import { logPolicies } from "./records/logs.ts";
import { topics } from "./records/sns.ts";
import { queues } from "./records/sqs.ts";
import { allowsService } from "./resource-policy.ts";
import { uuid } from "./records/ecs.ts";
import type { Region } from "./world.ts";

const events = "events.amazonaws.com";

/** The services that the sandbox's rules can lead to. */
export const targetServices = ["sns", "sqs", "logs"];

/** The service and the region of a target's ARN. */
export function readTarget(region: Region, arn: string): { service: string; at: Region; name: string } {
  const [, , service = "", home = "", , ...rest] = arn.split(":");
  return { service, at: home === "" ? region : region.world.region(home), name: rest.join(":") };
}

/**
 * Hands a text to a target: false when it is not there, or when its own policy does not let EventBridge in, which on
 * AWS too is seen in the metric FailedInvocations only ("Using resource-based policies for Amazon EventBridge").
 */
export function deliverEvent(region: Region, target: Target, text: string, now: number): boolean {
  const arn = target.Arn ?? "";
  const { service, at, name } = readTarget(region, arn);
  if (service === "sns") {
    const topic = topics(at).get(arn);
    if (!topic || !allowsService(topic.attributes["Policy"], events, "sns:Publish")) return false;
    return publish(at, arn, undefined, text) !== undefined;
  }
  if (service === "sqs") {
    const queue = queues(at).get(name);
    if (!queue || !allowsService(queue.attributes["Policy"], events, "sqs:SendMessage")) return false;
    enqueue(at, queue, { body: text });
    return true;
  }
  const group = name.replace(/^log-group:/, "").replace(/:\*$/, "");
  const allowed = [...logPolicies(at).values()].some((one) => allowsService(one.document, events, "logs:PutLogEvents"));
  if (service !== "logs" || !allowed || !logGroupExists(at, group)) return false;
  putLogLines(at, group, uuid(at), [{ at: new Date(now), message: text }]);
  return true;
}

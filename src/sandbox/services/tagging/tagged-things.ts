import type { Region } from "../../world/world.ts";
import { alarms, cloudwatchTags, compositeAlarms } from "../../world/records/cloudwatch.ts";
import { dashboards } from "../../world/records/dashboards.ts";
import { repositories } from "../../world/records/ecr.ts";
import {
  capacityProviders,
  clusters,
  containerInstances,
  services,
  taskDefinitions,
  tasks,
} from "../../world/records/ecs.ts";
import { elbTags, listeners, loadBalancers, targetGroups } from "../../world/records/elb.ts";
import { eventRules } from "../../world/records/events.ts";
import { logGroups } from "../../world/records/logs.ts";
import { topics } from "../../world/records/sns.ts";
import { queues } from "../../world/records/sqs.ts";
import { taggedResources } from "../ec2/tags.ts";

export interface TaggedThing {
  arn: string;
  tags: Record<string, string>;
}

interface AnyTag {
  Key?: string | undefined;
  Value?: string | undefined;
  key?: string | undefined;
  value?: string | undefined;
}
type AnyTags = readonly AnyTag[] | Record<string, string> | undefined;

function toThing(arn: string, tags: AnyTags): TaggedThing {
  if (tags === undefined || !Array.isArray(tags)) return { arn, tags: { ...(tags as Record<string, string>) } };
  const pairs = (tags as AnyTag[]).map((tag) => [tag.Key ?? tag.key ?? "", tag.Value ?? tag.value ?? ""] as const);
  return { arn, tags: Object.fromEntries(pairs) };
}

const list = <T>(table: Map<string, T>, of: (record: T) => TaggedThing): TaggedThing[] => [...table.values()].map(of);

/**
 * Everything of the region that GetResources tells. It knows no Auto Scaling groups and no IAM users and roles
 * ("Services that support the Resource Groups Tagging API", API reference).
 */
export function taggedThings(region: Region): TaggedThing[] {
  const watched = cloudwatchTags(region);
  const doors = elbTags(region);
  const ofAlarm = ({ alarm }: { alarm: { AlarmArn: string } }) => toThing(alarm.AlarmArn, watched.get(alarm.AlarmArn));
  return [
    ...list(clusters(region), ({ arn, tags }) => toThing(arn, tags)),
    ...list(services(region), ({ arn, tags }) => toThing(arn, tags)),
    ...list(capacityProviders(region), ({ arn, tags }) => toThing(arn, tags)),
    ...list(containerInstances(region), ({ arn, tags }) => toThing(arn, tags)),
    ...list(taskDefinitions(region), ({ definition, tags }) => toThing(definition.taskDefinitionArn, tags)),
    ...list(tasks(region), ({ task }) => toThing(task.taskArn ?? "", task.tags)),
    ...list(repositories(region), ({ arn, tags }) => toThing(arn, tags)),
    ...list(logGroups(region), ({ name, tags }) => toThing(region.arn("logs", `log-group:${name}`), tags)),
    ...list(topics(region), ({ arn, tags }) => toThing(arn, tags)),
    ...list(queues(region), ({ arn, tags }) => toThing(arn, tags)),
    ...list(eventRules(region), ({ arn, tags }) => toThing(arn, tags)),
    ...list(dashboards(region), ({ arn, tags }) => toThing(arn, tags)),
    ...list(alarms(region), ofAlarm),
    ...list(compositeAlarms(region), ofAlarm),
    ...[...loadBalancers(region).keys(), ...targetGroups(region).keys(), ...listeners(region).keys()].map((arn) =>
      toThing(arn, doors.get(arn)),
    ),
    ...taggedResources(region).flatMap(({ type, records }) =>
      list(records, ({ id, tags }) => toThing(region.arn("ec2", `${type}/${id}`), tags)),
    ),
  ];
}

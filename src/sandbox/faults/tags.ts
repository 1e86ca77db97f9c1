import { groups } from "../world/records/autoscaling.ts";
import { scalableTargets } from "../world/records/application-autoscaling.ts";
import { cloudwatchTags } from "../world/records/cloudwatch.ts";
import { dashboards } from "../world/records/dashboards.ts";
import { instances, launchTemplates, securityGroups, subnets, vpcs } from "../world/records/ec2.ts";
import { repositories } from "../world/records/ecr.ts";
import { capacityProviders, clusters, services, taskDefinitions, tasks } from "../world/records/ecs.ts";
import { eventRules } from "../world/records/events.ts";
import { elbTags } from "../world/records/elb.ts";
import { logGroups } from "../world/records/logs.ts";
import { queues } from "../world/records/sqs.ts";
import { secrets } from "../world/records/secrets.ts";
import { topics } from "../world/records/sns.ts";
import { instanceProfiles, roles } from "../services/iam/records.ts";
import type { Members } from "../wire/codecs.ts";
import type { Region } from "../world/world.ts";

/** Tags in any of the ways in which services write them. */
type TagList = readonly { Key?: unknown; Value?: unknown; key?: unknown; value?: unknown }[];
export type TagValues = Record<string, string>;

function toValues(tags: unknown): TagValues {
  if (Array.isArray(tags)) {
    const pairs = (tags as TagList).map(({ Key, key, Value, value }) => [
      String(Key ?? key),
      String(Value ?? value ?? ""),
    ]);
    return Object.fromEntries(pairs) as TagValues;
  }
  return typeof tags === "object" && tags !== null ? { ...(tags as TagValues) } : {};
}

/** The tags that a call puts on something: `aws:RequestTag/…`. */
export function requestedTags(input: Members): TagValues {
  const specifications = (input["TagSpecifications"] ?? []) as readonly { Tags?: unknown }[];
  return Object.assign(
    {},
    toValues(input["tags"] ?? input["Tags"]),
    ...specifications.map(({ Tags }) => toValues(Tags)),
  );
}

type Find = (region: Region, name: string, arn: string) => unknown;
const tagsOf = (record: { tags?: unknown } | undefined): unknown => record?.tags;

/** By service and, where a service has several kinds, by kind. */
const readers: Readonly<Record<string, Find>> = {
  "ecs/cluster": (region, name) => tagsOf(clusters(region).get(name)),
  "ecs/service": (region, name) => tagsOf(services(region).get(name)),
  "ecs/task": (region, name) => tagsOf(tasks(region).get(name.split("/").at(-1) ?? "")?.task),
  "ecs/task-definition": (region, name) => tagsOf(taskDefinitions(region).get(name)),
  "ecs/capacity-provider": (region, name) => tagsOf(capacityProviders(region).get(name)),
  "ecr/repository": (region, name) => tagsOf(repositories(region).get(name)),
  "iam/role": ({ world }, name) => tagsOf(roles(world.global).get(name.split("/").at(-1) ?? "")),
  "iam/instance-profile": ({ world }, name) => tagsOf(instanceProfiles(world.global).get(name)),
  "ec2/security-group": (region, id) => tagsOf(securityGroups(region).get(id)),
  "ec2/launch-template": (region, id) => tagsOf(launchTemplates(region).get(id)),
  "ec2/instance": (region, id) => tagsOf(instances(region).get(id)),
  "ec2/subnet": (region, id) => tagsOf(subnets(region).get(id)),
  "ec2/vpc": (region, id) => tagsOf(vpcs(region).get(id)),
  "logs/log-group": (region, name) => tagsOf(logGroups(region).get(name.replace(/:log-stream:.*$|:\*$/, ""))),
  "application-autoscaling/scalable-target": (region, _name, arn) =>
    tagsOf([...scalableTargets(region).values()].find(({ target }) => target.ScalableTargetARN === arn)),
  autoscaling: (region, name) => tagsOf(groups(region).get(name.split("/").at(-1) ?? "")),
  sns: (region, _name, arn) => tagsOf([...topics(region).values()].find((topic) => topic.arn === arn)),
  "cloudwatch/dashboard": (region, name) => tagsOf(dashboards(region).get(name)),
  "events/rule": (region, name) => tagsOf(eventRules(region).get(name)),
  sqs: (region, _name, arn) => tagsOf([...queues(region).values()].find((queue) => queue.arn === arn)),
  secretsmanager: (region, _name, arn) => tagsOf([...secrets(region).values()].find((secret) => secret.arn === arn)),
  cloudwatch: (region, _name, arn) => cloudwatchTags(region).get(arn),
  elasticloadbalancing: (region, _name, arn) => elbTags(region).get(arn),
};

/** The tags that a resource carries: `aws:ResourceTag/…`. Empty for what is not there or takes none. */
export function resourceTags(region: Region, arn: string): TagValues {
  const [, , service = "", , , ...rest] = arn.split(":");
  const [, kind = "", name = ""] = /^([\w-]+)[/:](.*)$/s.exec(rest.join(":")) ?? [];
  const find = readers[`${service}/${kind}`] ?? readers[service];
  return toValues(find?.(region, name, arn));
}

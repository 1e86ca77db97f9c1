import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import type { Config } from "../config/schema.ts";
import { isOwned, type Readings } from "../plan/build.ts";
import type { LiveParts } from "../plan/resource.ts";
import type { TopicLive } from "../resources/sns-topic.ts";
import { parseArn } from "../resources/tagged-arns.ts";
import { balancerNames } from "./balancer-graph.ts";
import { listOtherServices } from "./other-services.ts";
import { secretsPolicy } from "./task-graph.ts";

/**
 * What left `ecsctl.yaml` and stays in AWS, because a deploy must not take it: what serves requests, holds permission
 * that a rollback needs, or may be somebody else's. It costs no call where there is nothing of the kind.
 */
export async function warnOfLeft(aws: Aws, config: Config, known: Promise<Readings>): Promise<string[]> {
  const [arns, readings] = await Promise.all([aws.ownArns(), known]);
  const balancers = balancersLeft(config, arns);
  const id = `ecs-service/${config.service.name}`;
  const isNew = readings.has(id) && !readings.get(id);
  const others = isNew || balancers.length > 0 ? await listOtherServices(aws, arns, config) : [];
  return [
    ...warnOfSubscribers(config, readings),
    ...warnOfSecrets(config, readings),
    ...(isNew && others.length > 0 ? [warnOfServices(others)] : []),
    // Of another service, as far as anybody can tell.
    ...(others.length > 0 ? [] : await warnOfBalancers(aws, balancers)),
  ];
}

/** Subscriptions carry no mark: somebody may have made one by hand. */
function warnOfSubscribers({ app, notify }: Config, readings: Readings): string[] {
  if (!notify) return [];
  const topic = readings.get(`sns-topic/${notify.topic}`) as TopicLive | undefined;
  const named = [...notify.emails, ...(notify.urls ?? [])];
  const others = topic && isOwned(topic, app) ? (topic.confirmed ?? []).filter((one) => !named.includes(one)) : [];
  return others.map(
    (one) =>
      `${notify.topic} tells ${one}, whom ecsctl.yaml does not name: \`ecsctl notify add ${one}\` keeps it, \`ecsctl notify remove ${one}\` ends it`,
  );
}

const secretsIn = (live: LiveParts | undefined): string[] =>
  Object.values((live as { fields?: { secrets?: Record<string, string> } } | undefined)?.fields?.secrets ?? {});

/** The permission stays for rollbacks; who takes the last secret out should know. */
function warnOfSecrets({ app, task }: Config, readings: Readings): string[] {
  const wanted = Object.values(task.container.secrets);
  const role = readings.get(`iam-role/${task.executionRole}`);
  if (wanted.length > 0 || !role || !isOwned(role, app)) return [];
  if (secretsIn(readings.get(`task-definition/${task.family}`)).length === 0) return [];
  const policy = secretsPolicy(app);
  return [
    `role ${task.executionRole} may still read the secrets that left ecsctl.yaml, because a rollback needs it; when none will: aws iam delete-role-policy --role-name ${task.executionRole} --policy-name ${policy}`,
  ];
}

/** A service under another name runs on beside the new one. */
const warnOfServices = (others: readonly string[]): string =>
  `the app has another service, which stays and goes on costing: ${others.join(", ")} (cluster/service)`;

/** ARNs of load balancers of the app that `ecsctl.yaml` does not name. */
function balancersLeft(config: Config, arns: readonly string[]): string[] {
  const wanted = config.loadBalancer && balancerNames(config).balancer;
  return arns.filter((arn) => {
    const [kind, , name] = parseArn(arn).resource.split("/");
    return parseArn(arn).service === "elasticloadbalancing" && kind === "loadbalancer" && name !== wanted;
  });
}

async function warnOfBalancers(aws: Aws, arns: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    arns.map((arn) =>
      unlessMissing(
        aws.call("elbv2", "DescribeLoadBalancers", { LoadBalancerArns: [arn] }),
        "LoadBalancerNotFoundException",
      ),
    ),
  );
  return found
    .flatMap((answer) => answer?.LoadBalancers ?? [])
    .map(
      ({ LoadBalancerName: name, LoadBalancerArn: arn }) =>
        `load balancer ${name} is no longer in ecsctl.yaml, stays and goes on costing: \`ecsctl destroy\` takes it along, or aws elbv2 delete-load-balancer --load-balancer-arn ${arn}`,
    );
}

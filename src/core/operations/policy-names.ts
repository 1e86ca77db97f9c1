import type { Config } from "../config/schema.ts";
import type { Names } from "../iam/names.ts";
import { policyArn } from "../resources/iam-role.ts";
import { balancerNames, isOnFargate } from "./balancer-graph.ts";
import { dashboardName } from "./dashboard-graph.ts";
import { capacityNames } from "./capacity-graph.ts";
import { usesProvider } from "./deploy-graph.ts";

/** What a project's things are called, for a policy that allows nothing else. */
export function policyNames(config: Config, region: string): Names {
  const { app, cluster, service, task, image, loadBalancer, alarms, notify } = config;
  const { capacity } = cluster;
  const { executionRole, role } = task;
  const balancer = balancerNames(config);
  const managed = [...task.executionRolePolicies, ...(role?.policies ?? []), ...(capacity?.instanceRolePolicies ?? [])];
  return {
    app,
    repository: image.repository,
    cluster: cluster.name,
    service: service.name,
    family: task.family,
    taskRoles: [executionRole, ...(role ? [role.name] : [])],
    managedPolicies: [...new Set(managed)].map((policy) => policyArn(policy, region)),
    logGroup: task.logs.group,
    ...(capacity ? { instanceRole: capacity.instanceRole, autoScalingGroup: capacityNames(app).group } : {}),
    ...(capacity?.ami.startsWith("/") ? { amiParameter: capacity.ami } : {}),
    ...(usesProvider(config) ? { capacityProvider: capacityNames(app).provider } : {}),
    ...(config.network?.vpc ? { vpc: config.network.vpc } : {}),
    ...(isOnFargate(config) ? { fargate: true } : {}),
    ...(loadBalancer ? { balancer: balancer.balancer, targetGroup: balancer.group } : {}),
    ...(alarms.length > 0 ? { alarms: alarms.map(({ name }) => name) } : {}),
    ...(notify ? { topic: notify.topic } : {}),
    ownTopic: notify?.topic ?? `${app}-alerts`,
    ...(config.dashboard ? { dashboard: dashboardName(config) } : {}),
    ownDashboard: dashboardName(config),
    ...eventNames(config),
    ...(role || Object.keys(task.container.secrets).length > 0 ? { permissions: true } : {}),
  };
}

/** Event rules and what they lead to; nothing of it where there are none. */
function eventNames({ eventRules = [] }: Config): Partial<Names> {
  const ends = [...new Set(eventRules.flatMap(({ to }) => to))];
  const named = (prefix: string): string[] =>
    ends.filter((end) => end.startsWith(prefix)).map((end) => end.slice(prefix.length));
  const some = <K extends keyof Names>(key: K, names: string[]) => (names.length > 0 ? { [key]: names } : {});
  const rules = eventRules.map(({ name }) => name);
  return { ...some("eventRules", rules), ...some("queues", named("sqs:")), ...some("eventLogs", named("logs:")) };
}

import { namesInRule } from "../config/check-alarms.ts";
import type { Config } from "../config/schema.ts";
import type { LiveParts } from "../plan/resource.ts";

interface Watching {
  fields?: { of?: readonly string[]; rule?: string; pattern?: unknown };
  body?: string;
}

type Found = ReadonlyMap<string, LiveParts>;

/**
 * Whether something that bears the app's mark names this very service, told by what it watches: the app may have others.
 * What names no service (a topic, a metric of one's own) is not said to be this one's. Pure.
 */
export function isOfService(config: Config, id: string, live: LiveParts, found: Found): boolean {
  const { cluster, service } = config;
  const { fields = {}, body } = live as Watching;
  if (id.startsWith("alarm/"))
    return [`ClusterName=${cluster.name}`, `ServiceName=${service.name}`].every((one) => fields.of?.includes(one));
  if (id.startsWith("composite-alarm/")) return watchesOwn(config, fields.rule ?? "", found);
  if (id.startsWith("event-rule/")) {
    const text = JSON.stringify(fields.pattern ?? "");
    const inCluster = text.includes(`:cluster/${cluster.name}"`) && text.includes(`"service:${service.name}"`);
    return inCluster || text.includes(`:service/${cluster.name}/${service.name}"`);
  }
  return id.startsWith("dashboard/") && showsOnly(config, body ?? "");
}

/** A composite alarm is the service's when all that it watches are. */
function watchesOwn(config: Config, rule: string, found: Found): boolean {
  const watched = namesInRule(rule);
  const isOwn = (name: string): boolean => {
    const live = found.get(`alarm/${name}`);
    return (
      config.alarms.some((one) => one.name === name) ||
      (live !== undefined && isOfService(config, `alarm/${name}`, live, found))
    );
  };
  return watched.length > 0 && watched.every(isOwn);
}

/** Whether a dashboard shows the service and no other. */
function showsOnly({ cluster, service }: Config, body: string): boolean {
  const shown = [...body.matchAll(/"ClusterName",\s*"([^"]*)",\s*"ServiceName",\s*"([^"]*)"/g)];
  return shown.length > 0 && shown.every(([, at, name]) => at === cluster.name && name === service.name);
}

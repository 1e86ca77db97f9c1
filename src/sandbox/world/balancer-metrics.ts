import { addToDistribution, type Distribution } from "./distribution.ts";
import { recordMetric, recordStatistics } from "./metrics.ts";
import { balancersOf, loadBalancers, type TargetGroupRecord, targetGroups } from "./records/elb.ts";
import type { Region, World } from "./world.ts";

const minuteMs = 60_000;

/** What one listener's target group answered since the last minute. */
interface Counts {
  requests: number;
  byClass: Record<string, number>;
  ownErrors: Record<string, number>;
  connectionErrors: number;
  times: { count: number; sum: number; min: number; max: number; distribution: Distribution };
}

const worlds = new WeakMap<World, Map<string, Counts>>();

const emptyCounts = (): Counts => ({
  requests: 0,
  byClass: {},
  ownErrors: {},
  connectionErrors: 0,
  times: { count: 0, sum: 0, min: Infinity, max: 0, distribution: { values: [] } },
});

function countsOf(world: World, balancer: string, group: string): Counts {
  const table = worlds.get(world) ?? new Map<string, Counts>();
  worlds.set(world, table);
  const key = `${balancer} ${group}`;
  const counts = table.get(key) ?? emptyCounts();
  table.set(key, counts);
  return counts;
}

/** One answer of a target: its status and the seconds until it began. Ids as in metric dimensions. */
export function noteAnswer(
  world: World,
  ids: { balancer: string; group: string },
  status: number,
  seconds: number,
): void {
  const counts = countsOf(world, ids.balancer, ids.group);
  counts.requests++;
  const name = `${Math.floor(status / 100)}XX`;
  // A WebSocket's 101 is a request and no class of answers.
  if (status >= 200) counts.byClass[name] = (counts.byClass[name] ?? 0) + 1;
  const { times } = counts;
  times.count++;
  times.sum += seconds;
  times.min = Math.min(times.min, seconds);
  times.max = Math.max(times.max, seconds);
  addToDistribution(times.distribution, { values: [seconds] });
}

/** One answer of the load balancer's own: no target answered (408, 502, 503, 504), or none was asked. */
export function noteOwnAnswer(
  world: World,
  ids: { balancer: string; group: string },
  status: number,
  connectFailed: boolean,
): void {
  const counts = countsOf(world, ids.balancer, ids.group);
  // A request that no target took is not in RequestCount (AWS: "the target was chosen").
  if (status !== 503) counts.requests++;
  if (connectFailed) counts.connectionErrors++;
  counts.ownErrors[`${status}`] = (counts.ownErrors[`${status}`] ?? 0) + 1;
}

/** Publishes each minute's AWS/ApplicationELB metrics when it is over. */
export function stepBalancerMetrics(region: Region, now: number): void {
  const slot = Math.floor(now / minuteMs);
  const table = region.table<{ slot: number }>("elb/metric-slots");
  const last = table.get("last")?.slot;
  if (last === slot) return;
  table.set("last", { slot });
  if (last === undefined) return;
  const at = new Date(slot * minuteMs - minuteMs / 2);
  for (const group of targetGroups(region).values())
    for (const arn of balancersOf(region, group.arn)) {
      const balancer = loadBalancers(region).get(arn)?.id;
      if (balancer !== undefined) publish(region, balancer, group, at);
    }
}

function publish(region: Region, balancer: string, group: TargetGroupRecord, at: Date): void {
  const counts = countsOf(region.world, balancer, group.id);
  worlds.get(region.world)?.delete(`${balancer} ${group.id}`);
  const both = { LoadBalancer: balancer, TargetGroup: group.id };
  const alone = { LoadBalancer: balancer };
  const put = (name: string, dimensions: Record<string, string>, value: number) =>
    recordMetric(region, { namespace: "AWS/ApplicationELB", name, dimensions, at, value, unit: "Count" });
  const states = Object.values(group.targets).map((target) => target.state);
  const healthy = states.filter((state) => state === "healthy").length;
  put("HealthyHostCount", both, healthy);
  put("UnHealthyHostCount", both, states.filter((state) => state === "unhealthy").length);
  for (const dimensions of [both, alone]) {
    put("RequestCount", dimensions, counts.requests);
    for (const [name, value] of Object.entries(counts.byClass)) put(`HTTPCode_Target_${name}_Count`, dimensions, value);
    if (counts.connectionErrors > 0) put("TargetConnectionErrorCount", dimensions, counts.connectionErrors);
    putTimes(region, dimensions, at, counts.times);
  }
  for (const dimensions of [both, { TargetGroup: group.id }])
    put("RequestCountPerTarget", dimensions, counts.requests / Math.max(1, healthy));
  for (const name of ["4XX", "5XX"]) {
    const own = Object.entries(counts.ownErrors).filter(([status]) => status.startsWith(name.charAt(0)));
    if (own.length > 0)
      put(
        `HTTPCode_ELB_${name}_Count`,
        alone,
        own.reduce((sum, [, count]) => sum + count, 0),
      );
  }
  // Only 5xx are counted one by one.
  for (const [status, count] of Object.entries(counts.ownErrors))
    if (status.startsWith("5")) put(`HTTPCode_ELB_${status}_Count`, alone, count);
}

function putTimes(region: Region, dimensions: Record<string, string>, at: Date, times: Counts["times"]): void {
  if (times.count === 0) return;
  const name = "TargetResponseTime";
  recordStatistics(region, {
    namespace: "AWS/ApplicationELB",
    name,
    dimensions,
    at,
    unit: "Seconds",
    ...times,
  });
}

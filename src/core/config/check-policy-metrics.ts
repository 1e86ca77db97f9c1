import type { PolicyFault } from "./check-policies.ts";
import type { MetricQueryConfig, PolicyConfig } from "./scaling-schema.ts";
import type { Config } from "./schema.ts";

const utilisations = ["cpu", "memory"];
const predefined = [...utilisations, "requests"];

const isNamed = (metric: string | undefined): boolean => metric !== undefined && metric.includes("/");

/** Which metric goes with which kind of policy, and which figure can be reached. */
export function checkMetrics(config: Config, policy: PolicyConfig): PolicyFault[] {
  return [
    ...checkKind(policy),
    ...checkPeriod(config, policy),
    ...checkSource(config, policy),
    ...checkTarget(config, policy),
    ...(policy.metrics ?? []).flatMap((query) => checkQuery(config, query)),
    ...checkMath(policy.metrics ?? []),
  ];
}

function checkKind({ type, metric, metrics, statistic, fast }: PolicyConfig): PolicyFault[] {
  const faults: PolicyFault[] = [];
  const wrong = (key: keyof PolicyConfig, message: string, hint?: string): void => {
    faults.push({ key, code: "InvalidMetric", message, hint });
  };
  if (metric && metrics) wrong("metrics", "found together with metric, expected one of them");
  if (type === "predictive" && !predefined.includes(metric ?? ""))
    wrong("metric", `found ${metric}, expected cpu, memory or requests for a predictive policy`);
  if (type === "target-tracking" && metric === "running-tasks")
    wrong(
      "metric",
      "found running-tasks, which does not fall when tasks are added",
      "Use it in metrics, to divide by: queue / tasks.",
    );
  if (type === "target-tracking" && statistic && (!isNamed(metric) || statistic.startsWith("p")))
    wrong(
      "statistic",
      isNamed(metric)
        ? `found ${statistic}, but target tracking takes Average, Sum, Minimum, Maximum or SampleCount here`
        : `found, but ${metric ?? "metrics"} has its own`,
      isNamed(metric) ? "A percentile can stand in `metrics`." : undefined,
    );
  if (fast && !utilisations.includes(metric ?? ""))
    wrong("fast", "found, but only cpu and memory have metrics every 20 seconds");
  return faults;
}

/** A metric of every minute leaves an alarm of 20 seconds without data two times of three. */
function checkPeriod({ scaling }: Config, { metric = "", period }: PolicyConfig): PolicyFault[] {
  const quick = /^(10|20|30)s$/.test(period ?? "");
  const isFast = scaling?.policies.some((other) => other.fast && other.metric === metric) ?? false;
  if (!quick || !utilisations.includes(metric) || isFast) return [];
  return [
    {
      key: "period",
      code: "InvalidMetric",
      message: `found ${period}, but ${metric} comes every minute`,
      hint: "Let it come every 20 seconds: fast: true (--fast)",
    },
  ];
}

function checkSource({ loadBalancer }: Config, { metric, dimensions }: PolicyConfig): PolicyFault[] {
  const faults: PolicyFault[] = [];
  if (metric === "requests" && !loadBalancer)
    faults.push({
      key: "metric",
      code: "NoLoadBalancer",
      message: "found requests, but the service has no load balancer that counts them",
      hint: "Give it one: loadBalancer: {}",
    });
  if (dimensions && !isNamed(metric))
    faults.push({ key: "dimensions", code: "InvalidMetric", message: `found, but ${metric ?? "metrics"} has its own` });
  return faults;
}

/**
 * Memory is a hard limit of a task, and on Fargate so is CPU: an average of 100 % is the end. On EC2 a task may use more
 * CPU than it reserves, so a target above 100 % can be meant. Undefined where nothing ends at 100 %.
 */
export function whyBounded({ service }: Config, metric: string | undefined): string | undefined {
  if (metric === "memory")
    return "a task that uses all its memory is stopped: memory never gets above 100 %, so it would never add a task";
  if (metric !== "cpu" || service.launchType !== "FARGATE") return undefined;
  return "a task on Fargate gets no more than it reserves: cpu never gets above 100 %, so it would never add a task";
}

function checkTarget(config: Config, { metric, target }: PolicyConfig): PolicyFault[] {
  const why = whyBounded(config, metric);
  if (why === undefined || target === undefined || target < 100) return [];
  return [
    {
      key: "target",
      code: "UnreachableTarget",
      message: `found ${target} %, but ${why}`,
      hint: "Leave room for the time that a new task needs to start: target: 60",
    },
  ];
}

function checkQuery(
  { loadBalancer }: Config,
  { id, metric, expression, dimensions }: MetricQueryConfig,
): PolicyFault[] {
  const faults: PolicyFault[] = [];
  const wrong = (message: string): void => {
    faults.push({ key: "metrics", code: "InvalidMetric", message: `${id}: ${message}` });
  };
  if ((metric === undefined) === (expression === undefined)) wrong("expected either expression or metric");
  if (dimensions && !isNamed(metric)) wrong("dimensions only go with NAMESPACE/NAME");
  if (metric === "requests" && !loadBalancer) wrong("the service has no load balancer that counts requests");
  return faults;
}

/** The names in an expression: they begin with a small letter, which no function of CloudWatch does. */
const idsIn = (expression: string): string[] =>
  expression.replace(/"[^"]*"|'[^']*'/g, "").match(/(?<![\w.])[a-z]\w*\b(?!\s*\()/g) ?? [];

const namesBut = (ids: readonly string[], own: string): string =>
  ids.filter((id) => id !== own).join(", ") || "names of metrics beside it (--query)";

function checkMath(queries: readonly MetricQueryConfig[]): PolicyFault[] {
  const ids = queries.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  const returned = queries.filter(({ returnData }) => returnData);
  const fault = (message: string): PolicyFault => ({ key: "metrics", code: "InvalidMetric", message });
  const strangers = queries.flatMap(({ id, expression = "" }) =>
    idsIn(expression)
      .filter((used) => !ids.includes(used) || used === id)
      .map((used) => fault(`${id}: found ${used} in ${expression}, expected ${namesBut(ids, id)}`)),
  );
  return [
    ...strangers.slice(0, 1),
    ...(twice ? [fault(`found the name ${twice} twice`)] : []),
    ...(returned.length > 1
      ? [fault(`found ${returned.length} with returnData, expected the one that is tracked`)]
      : []),
  ];
}

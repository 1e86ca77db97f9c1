import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import type { Config } from "../config/schema.ts";
import { namesIn } from "../resources/tagged-arns.ts";

/** DescribeServices takes so many. */
const batch = 10;

/**
 * Other services that bear the app's mark, as `CLUSTER/SERVICE`: then what watches cannot be told to be this service's
 * by its mark alone. Tags go on naming a service that was deleted, so each is looked up.
 */
export async function listOtherServices(aws: Aws, arns: readonly string[], config: Config): Promise<string[]> {
  const own = `${config.cluster.name}/${config.service.name}`;
  const named = namesIn(arns, "ecs", "service/").filter((name) => name !== own);
  const byCluster = Map.groupBy(named, (name) => name.slice(0, name.indexOf("/")));
  const found = await Promise.all([...byCluster].map(([cluster, names]) => findActive(aws, cluster, names)));
  return found.flat();
}

async function findActive(aws: Aws, cluster: string, names: readonly string[]): Promise<string[]> {
  const active: string[] = [];
  for (let from = 0; from < names.length; from += batch) {
    const services = names.slice(from, from + batch).map((name) => name.slice(cluster.length + 1));
    const answer = await unlessMissing(
      aws.call("ecs", "DescribeServices", { cluster, services }),
      "ClusterNotFoundException",
    );
    const there = (answer?.services ?? []).filter(({ status }) => status !== "INACTIVE");
    active.push(...there.map(({ serviceName }) => `${cluster}/${serviceName}`));
  }
  return active;
}

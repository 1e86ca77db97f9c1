import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import { page, type Handler } from "../../wire/api.ts";
import { metrics, type MetricRecord } from "../../world/records/cloudwatch.ts";

export const listMetrics: Handler<typeof cloudwatch, "ListMetrics"> = (input, { region }) => {
  const since = input.RecentlyActive ? region.world.clock.now() - 3 * 3_600_000 : -Infinity;
  const matching = [...metrics(region).values()].filter(
    (metric) =>
      (!input.Namespace || metric.namespace === input.Namespace) &&
      (!input.MetricName || metric.name === input.MetricName) &&
      (metric.buckets.at(-1)?.at ?? 0) >= since &&
      hasDimensions(metric, input.Dimensions ?? []),
  );
  const { items, next } = page(matching, input.NextToken, 500);
  const Metrics = items.map(({ namespace, name, dimensions }) => ({
    Namespace: namespace,
    MetricName: name,
    Dimensions: dimensions,
  }));
  return { Metrics, ...(next ? { NextToken: next } : {}) };
};

const hasDimensions = ({ dimensions }: MetricRecord, filters: readonly cloudwatch.DimensionFilter[]): boolean =>
  filters.every((filter) =>
    dimensions.some(
      ({ Name, Value }) => Name === filter.Name && (filter.Value === undefined || Value === filter.Value),
    ),
  );

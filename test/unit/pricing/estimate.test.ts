import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { configSchema, type Config } from "../../../src/core/config/schema.ts";
import { estimate } from "../../../src/core/pricing/estimate.ts";
import { instancePrice, prices, pricesAsOf, regionFactor } from "../../../src/core/pricing/prices.ts";
import { everything } from "../../support/exports.ts";
import { costOfTaskHour, hourlyPrice, tasksPerInstance } from "../../../src/core/pricing/task-hour.ts";

const template = (name: string): Config =>
  configSchema.parse(parse(readFileSync(new URL(`../../../templates/${name}/ecsctl.yaml`, import.meta.url), "utf8")));

const near = (actual: number | undefined, wanted: number): void =>
  assert.ok(Math.abs((actual ?? Number.NaN) - wanted) < 1e-4, `${actual} is not ${wanted}`);

test("the flash sale costs its instances, their disks and addresses, and a little of logs", () => {
  const cost = estimate(template("flash-sale"), { region: "us-east-1" });
  // A t2.small 0.023, an address 0.005, 30 GiB of gp3; 0.1 GB of logs a month from one task, two alarms of ECS.
  const watching = (0.1 * 0.5 + 2 * 0.1) / 730;
  near(cost.hourlyMin, 0.023 + 0.005 + (30 * 0.08) / 730 + watching);
  near(cost.hourlyMax, 3 * (0.023 + 0.005 + (30 * 0.08) / 730) + watching);
  assert.equal(cost.approximate, false);
  assert.equal(cost.pricesAsOf, pricesAsOf);
  assert.deepEqual(cost.unknown, []);
});

test("the API costs Fargate by its tasks, the load balancer by its zones, and what watches it", () => {
  const cost = estimate(template("api"), { region: "us-east-1", zones: 6 });
  const line = (name: string) => cost.lines.find((one) => one.name === name);
  near(line("Fargate vCPU")?.hourlyMin, 0.25 * 0.04048);
  near(line("Fargate vCPU")?.hourlyMax, 5 * 0.25 * 0.04048);
  near(line("Fargate memory")?.hourlyMax, 5 * 0.5 * 0.004445);
  near(line("load balancer")?.hourlyMin, 0.0225);
  near(line("load balancer capacity units")?.hourlyMin, 0.008);
  assert.equal(line("public IPv4 addresses of the load balancer")?.quantityMax, 6);
  assert.equal(line("public IPv4 addresses of tasks")?.quantityMax, 5);
  assert.equal(line("alarms")?.quantityMax, 2);
  assert.equal(line("alarms of target tracking")?.quantityMax, 2);
  assert.match(line("log ingestion")?.assumption ?? "", /GB a month/);
  near(
    cost.hourlyMin,
    cost.lines.reduce((sum, one) => sum + one.hourlyMin, 0),
  );
  assert.ok(Math.abs(cost.monthlyMin - cost.hourlyMin * 730) < 0.05);
});

test("another region is an approximation, in which addresses cost the same", () => {
  const config = template("flash-sale");
  const cost = estimate(config, { region: "sa-east-1" });
  assert.equal(cost.approximate, true);
  const line = (name: string) => cost.lines.find((one) => one.name === name);
  near(line("t2.small instances")?.unitPrice, 0.023 * regionFactor("sa-east-1"));
  near(line("public IPv4 addresses of instances")?.unitPrice, 0.005);
});

test("an instance type without a price is named, not counted as free", () => {
  const config = template("flash-sale");
  const capacity = { ...config.cluster.capacity, instanceType: "x2idn.metal" } as Config["cluster"]["capacity"];
  const cost = estimate({ ...config, cluster: { ...config.cluster, capacity } }, { region: "us-east-1" });
  assert.deepEqual(cost.unknown, ["x2idn.metal instances"]);
});

test("sizes double within a family", () => {
  near(instancePrice("m5.2xlarge")?.usd, 0.384);
  near(instancePrice("c5.4xlarge")?.usd, 0.68);
  near(instancePrice("t3.large")?.usd, 0.0832);
  near(instancePrice("t2.small")?.usd, 0.023);
  for (const type of ["t2", "u7i.large", "t3.7", "m5.metal", ""]) assert.equal(instancePrice(type), undefined, type);
});

test("a task's hour is its share of a full instance, or what Fargate takes for it", () => {
  const flash = template("flash-sale");
  const fit = tasksPerInstance(flash) ?? 0;
  assert.ok(fit >= 1);
  near(costOfTaskHour(flash, "us-east-1"), (0.023 + 0.005 + (30 * 0.08) / 730) / fit);
  near(costOfTaskHour(template("api"), "us-east-1"), 0.25 * 0.04048 + 0.5 * 0.004445 + 0.005);
});

test("what is paid by the month is reckoned to the hour", () => {
  near(hourlyPrice("alarm", "us-east-1"), 0.1 / 730);
  near(hourlyPrice({ instanceType: "t3.small" }, "us-east-1"), 0.0208);
});

test("fast metrics, steps, composite alarms and a dashboard have their own prices", () => {
  const cost = estimate(everything(), { region: "us-east-1" });
  const counts = Object.fromEntries(cost.lines.map((line) => [line.name, line.quantityMax]));
  assert.equal(counts["alarms on metrics under a minute"], 2);
  assert.equal(counts["metrics every 20 seconds"], 1);
  assert.equal(counts["alarms of target tracking"], 4);
  assert.equal(counts["alarms of step policies"], 3);
  assert.equal(counts["composite alarms"], 1);
  assert.equal(counts["dashboard"], 1);
  assert.equal(counts["Fargate vCPU"], 9 * 0.25);
});

test("every price says where it is from, and when a page was seen to state it", () => {
  for (const [name, price] of Object.entries(prices)) {
    assert.match(price.source, /pricing/, name);
    assert.ok(price.confirmed === null || /^\d{4}-\d\d-\d\d$/.test(price.confirmed), name);
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatCost } from "../../../src/core/output/cost-view.ts";
import { estimate } from "../../../src/core/pricing/estimate.ts";
import { pricesAsOf } from "../../../src/core/pricing/prices.ts";
import { readTemplate } from "../../support/exports.ts";

test("each thing has its quantity and unit price, and the day of the prices is said", () => {
  const text = formatCost(estimate(readTemplate("api"), { region: "us-east-1", zones: 2 }));
  assert.match(text, /^Cost: \d\.\d{4} to \d\.\d{4} USD an hour, \d+\.\d\d to \d+\.\d\d a month\.$/m);
  assert.match(text, /^ {2}Fargate vCPU +0\.0101 to 0\.0506 +0\.25 to 1\.25 × 0\.04048 per vCPU-hour$/m);
  assert.match(text, /^ {2}public IPv4 addresses of the load balancer .*\(one in each of 2 zones\)$/m);
  assert.ok(text.includes(`prices of us-east-1 as of ${pricesAsOf}`));
});

test("what is reckoned for another region, or not known, is said to be", () => {
  const config = readTemplate("flash-sale");
  const cost = estimate(config, { region: "eu-central-1" });
  const text = formatCost({ ...cost, unknown: ["x9.small instances"] });
  assert.match(text, /^Cost: about /);
  assert.match(text, /prices of us-east-1 carried over to eu-central-1/);
  assert.match(text, /x9\.small instances: price not known, not counted/);
});

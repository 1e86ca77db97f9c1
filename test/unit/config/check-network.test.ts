import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkConfig } from "../../../src/core/config/load.ts";
import { EcsctlError } from "../../../src/core/errors.ts";

const [vpc, one, other] = ["vpc-0123456789abcdef0", "subnet-0123456789abcdef0", "subnet-12345678"];
const text = (network: string): string => `app: shop
image: { repository: shop }
cluster: { name: shop }
service: { name: shop, launchType: FARGATE }
loadBalancer: {}
network: ${network}
task:
  family: shop
  cpu: 256
  memory: 512
  logs: { group: /ecs/shop }
  container: { name: web, port: 80 }
`;
const check = (network: string) => checkConfig(text(network), "/app/ecsctl.yaml", { cwd: "/app", env: {} });

describe("a network of one's own", () => {
  for (const network of [
    `{ vpc: ${vpc} }`,
    `{ subnets: [${one}, ${other}] }`,
    `{ vpc: ${vpc}, subnets: [${one}, ${other}] }`,
  ])
    test(`${network} is right`, () => void check(network));

  for (const [network, message] of [
    ["{}", /network: found neither vpc nor subnets/],
    ["{ vpc: my-vpc }", /network\.vpc: found "my-vpc", expected an id like vpc-0123456789abcdef0/],
    ["{ vpc: vpc-0123456789abcdef }", /expected an id like vpc-/],
    [`{ subnets: [${one}, a] }`, /network\.subnets\[1\]: found "a", expected an id like subnet-/],
    ["{ subnets: [] }", /network\.subnets/],
    [`{ subnets: [${one}, ${one}] }`, /found subnet-0123456789abcdef0 twice/],
    [`{ subnets: [${one}] }`, /expected at least two, in two zones: a load balancer/],
    [`{ vpcs: ${vpc} }`, /vpcs.*vpc/],
  ] as const)
    test(`${network} is refused with its line`, () => {
      assert.throws(
        () => check(network),
        (error) =>
          error instanceof EcsctlError &&
          error.exitCode === 3 &&
          /:6:/.test(error.message) &&
          message.test(error.message),
      );
    });
});

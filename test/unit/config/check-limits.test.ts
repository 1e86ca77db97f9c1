import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkConfig } from "../../../src/core/config/load.ts";
import { EcsctlError } from "../../../src/core/errors.ts";

const whole = `app: shop
region: us-east-1
tags: { Name: shop }
image: { repository: shop/web }
cluster: { name: shop_1 }
service: { name: shop, launchType: FARGATE }
task:
  family: shop
  cpu: 256
  memory: 512
  logs: { group: /ecs/shop }
  container: { name: web, port: 80 }
loadBalancer:
  ingressCidr: 203.0.113.0/24
  deregistrationDelay: 1h
  healthCheck: { matcher: "200-399" }
notify: { topic: alerts, emails: [me@example.com] }
`;
const check = (text: string) => checkConfig(text, "/app/ecsctl.yaml", { cwd: "/app", env: {} });

describe("refused before half of a deploy is made", () => {
  test("what is right is not", () => void check(whole));

  for (const [from, to, message] of [
    ["203.0.113.0/24", "home", /ingressCidr: found home, expected a range of IPv4 addresses/],
    ["203.0.113.0/24", "203.0.113.7", /found 203\.0\.113\.7, expected a range of addresses/],
    ["203.0.113.0/24", "203.0.113.7/24", /expected 203\.0\.113\.0\/24, where that range begins/],
    ["203.0.113.0/24", "203.0.113.0/33", /expected a range of IPv4 addresses/],
    ["203.0.113.0/24", '"::/0"', /expected a range of IPv4 addresses/],
    ["deregistrationDelay: 1h", "deregistrationDelay: 2h", /found 2h, expected at most 1h/],
    ['"200-399"', '"200-599"', /expected status codes from 200 to 499/],
    ["me@example.com", "me", /expected an address like you@example\.com/],
    ["repository: shop/web", "repository: Shop", /image\.repository: found "Shop", expected lower-case/],
    ["shop_1", "shop 1", /cluster\.name: found "shop 1", expected letters, digits, dashes/],
    ["service: { name: shop", "service: { name: shop.web", /service\.name: .*expected letters/],
    ["family: shop", 'family: "shop:1"', /task\.family: .*expected letters/],
    ["name: web", "name: the web", /container\.name: .*expected letters/],
    ["/ecs/shop", "/ecs/shop web", /logs\.group: .*expected letters/],
    ["{ Name: shop }", '{ "aws:team": shop }', /tags\.aws:team: .*AWS's own/],
    ["{ Name: shop }", "{ Name: shop? }", /tags\.Name: expected letters, digits, spaces/],
    ["memory: 512", "memory: 1536", /with 256 cpu units Fargate has 512, 1024 and 2048/],
  ] as const)
    test(`${from} as ${to}`, () => {
      const text = whole.replace(from, to);
      assert.throws(
        () => check(text),
        (error) => error instanceof EcsctlError && error.exitCode === 3 && message.test(error.message),
      );
    });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { WireRequest } from "../../../../src/sandbox/wire/request.ts";
import { routeRequest } from "../../../../src/sandbox/wire/route.ts";

interface Asked {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
}

const asked = ({ method = "POST", path = "/", headers = {}, body = "" }: Asked): WireRequest => ({
  method,
  url: new URL(path, "http://localhost"),
  headers,
  body: Buffer.from(body),
});

const route = (request: Asked) => {
  const { protocol, entry, operation } = routeRequest(asked(request));
  return { protocol, service: entry?.signingName, operation };
};
const form = "application/x-www-form-urlencoded; charset=utf-8";
const target = (text: string, version: string) => ({
  "x-amz-target": text,
  "content-type": `application/x-amz-json-${version}`,
});

test("each protocol tells its operation in its own place", () => {
  assert.deepEqual(route({ headers: target("AmazonEC2ContainerServiceV20141113.ListClusters", "1.1") }), {
    protocol: "json1.1",
    service: "ecs",
    operation: "ListClusters",
  });
  assert.deepEqual(route({ headers: target("GraniteServiceVersion20100801.PutMetricData", "1.0") }), {
    protocol: "json1.0",
    service: "monitoring",
    operation: "PutMetricData",
  });
  assert.deepEqual(
    route({
      path: "/service/GraniteServiceVersion20100801/operation/ListMetrics",
      headers: { "smithy-protocol": "rpc-v2-cbor" },
    }),
    { protocol: "cbor", service: "monitoring", operation: "ListMetrics" },
  );
  assert.deepEqual(route({ headers: { "content-type": form }, body: "Action=GetRole&Version=2010-05-08&RoleName=r" }), {
    protocol: "query",
    service: "iam",
    operation: "GetRole",
  });
  assert.deepEqual(route({ headers: { "content-type": form }, body: "Action=DescribeVpcs&Version=2016-11-15" }), {
    protocol: "ec2",
    service: "ec2",
    operation: "DescribeVpcs",
  });
  assert.deepEqual(route({ method: "GET", path: "/?Action=GetCallerIdentity&Version=2011-06-15" }), {
    protocol: "query",
    service: "sts",
    operation: "GetCallerIdentity",
  });
});

test("what nobody serves has no service", () => {
  assert.equal(route({ headers: target("DynamoDB_20120810.ListTables", "1.0") }).service, undefined);
  assert.equal(route({ method: "GET", path: "/bucket/key" }).service, undefined);
  assert.equal(
    route({ headers: { "content-type": form }, body: "Action=DescribeClusters&Version=2012-12-01" }).service,
    undefined,
  );
});

test("region and access key come from the signature's scope", () => {
  const authorization =
    "AWS4-HMAC-SHA256 Credential=AKIA1/20260101/eu-west-1/ecs/aws4_request, SignedHeaders=host, Signature=0";
  const { region, accessKeyId, signed } = routeRequest(asked({ headers: { authorization } }));
  assert.deepEqual({ region, accessKeyId, signed }, { region: "eu-west-1", accessKeyId: "AKIA1", signed: true });
  assert.equal(routeRequest(asked({ headers: { authorization: "Basic QVdTOng=" } })).signed, false);
});

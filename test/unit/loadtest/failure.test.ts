import assert from "node:assert/strict";
import { test } from "node:test";
import { classifyFailure, classifyStatus, RequestTimeout } from "../../../src/core/loadtest/failure.ts";

const withCode = (code: string) => Object.assign(new Error(code), { code });

const kinds: [code: string, kind: string][] = [
  ["ECONNREFUSED", "refused"],
  ["ECONNRESET", "reset"],
  ["EPIPE", "reset"],
  ["UND_ERR_SOCKET", "reset"],
  ["UND_ERR_CONNECT_TIMEOUT", "timeout"],
  ["ENOTFOUND", "dns"],
  ["EAI_AGAIN", "dns"],
  ["EHOSTUNREACH", "unreachable"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "tls"],
  ["ERR_SSL_WRONG_VERSION_NUMBER", "tls"],
  ["HPE_INVALID_CONSTANT", "protocol"],
  ["EMFILE", "client"],
  ["ESOMETHING", "other"],
];

for (const [code, kind] of kinds)
  test(`${code} is ${kind}`, () => {
    assert.equal(classifyFailure(withCode(code)), kind);
  });

test("our own limit is a timeout", () => {
  assert.equal(classifyFailure(new RequestTimeout(3000)), "timeout");
});

test("wrapped errors are looked into", () => {
  assert.equal(classifyFailure(new Error("failed", { cause: withCode("ECONNREFUSED") })), "refused");
  assert.equal(classifyFailure(new AggregateError([withCode("ECONNRESET")])), "reset");
});

test("only statuses of 400 and above are errors", () => {
  assert.deepEqual([200, 302, 399, 400, 404, 499, 500, 503].map(classifyStatus), [
    undefined,
    undefined,
    undefined,
    "http4xx",
    "http4xx",
    "http4xx",
    "http5xx",
    "http5xx",
  ]);
});

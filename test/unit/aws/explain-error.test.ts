import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Aws } from "../../../src/core/aws/aws.ts";
import { explainAwsError } from "../../../src/core/aws/explain-error.ts";
import { ExitCode } from "../../../src/core/errors.ts";

const sdkError = (name: string, message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { name, $fault: "client", $metadata: { httpStatusCode: 400 }, ...more });

type Row = [what: string, error: Error, code: string, message: RegExp, hint: RegExp];
const table: Row[] = [
  [
    "no credentials",
    Object.assign(new Error("Could not load credentials from any providers"), { name: "CredentialsProviderError" }),
    "CredentialsMissing",
    /no AWS credentials/,
    /aws configure.*AWS_PROFILE.*--sandbox/,
  ],
  [
    "an SSO session that ended",
    Object.assign(new Error("The SSO session associated with this profile has expired."), {
      name: "CredentialsProviderError",
    }),
    "CredentialsExpired",
    /expired/,
    /aws sso login.*--sandbox/,
  ],
  [
    "an expired token",
    sdkError("ExpiredTokenException", "The security token included in the request is expired"),
    "CredentialsExpired",
    /expired/,
    /--sandbox/,
  ],
  [
    "a wrong key",
    sdkError("UnrecognizedClientException", "The security token included in the request is invalid."),
    "CredentialsInvalid",
    /does not accept/,
    /aws configure/,
  ],
  [
    "access denied: action, resource and the statement to add",
    sdkError(
      "AccessDeniedException",
      "User: arn:aws:iam::1:user/me is not authorized to perform: ecs:CreateCluster on resource: arn:aws:ecs:us-east-1:1:cluster/c because no identity-based policy allows the ecs:CreateCluster action",
    ),
    "AccessDenied",
    /ecs:CreateCluster on arn:aws:ecs:us-east-1:1:cluster\/c for arn:aws:iam::1:user\/me/,
    /"Effect":"Allow","Action":"ecs:CreateCluster","Resource":"arn:aws:ecs:us-east-1:1:cluster\/c"/,
  ],
  [
    "EC2's way to deny",
    sdkError(
      "UnauthorizedOperation",
      "You are not authorized to perform this operation. User: arn:aws:iam::1:user/me is not authorized to perform: ec2:CreateSecurityGroup on resource: arn:aws:ec2:us-east-1:1:vpc/vpc-1 because no identity-based policy allows it. Encoded authorization failure message: abcdef",
    ),
    "AccessDenied",
    /ec2:CreateSecurityGroup/,
    /"Action":"ec2:CreateSecurityGroup"/,
  ],
  [
    "a Deny: to allow it would not help",
    sdkError(
      "AccessDeniedException",
      "User: arn:aws:iam::1:user/me is not authorized to perform: ecs:DescribeTasks on resource: arn:aws:ecs:us-east-1:1:task/c/t with an explicit deny in a service control policy",
    ),
    "AccessDenied",
    /ecs:DescribeTasks/,
    /^A Deny in the service control policy forbids it, .*leave out ecs:DescribeTasks on arn:aws:ecs:us-east-1:1:task\/c\/t\.$/,
  ],
  [
    "a Deny of nobody knows where",
    sdkError(
      "AccessDenied",
      "User: arn:aws:iam::1:user/me is not authorized to perform: iam:GetRole on resource: role r with an explicit deny",
    ),
    "AccessDenied",
    /iam:GetRole/,
    /^A Deny in the policies forbids it/,
  ],
  [
    "a boundary that does not reach so far",
    sdkError(
      "AccessDenied",
      "User: arn:aws:iam::1:user/me is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/r because no permissions boundary allows the iam:PassRole action",
    ),
    "AccessDenied",
    /iam:PassRole/,
    /^Add this statement to the permissions boundary: \{"Effect":"Allow","Action":"iam:PassRole"/,
  ],
  [
    "an endpoint where nobody listens",
    Object.assign(
      new AggregateError(
        [
          Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:4566"), {
            code: "ECONNREFUSED",
            address: "127.0.0.1",
            port: 4566,
          }),
        ],
        "",
      ),
      { code: "ECONNREFUSED" },
    ),
    "EndpointUnreachable",
    /AWS cannot be reached/,
    /sandbox|network/,
  ],
  [
    "a host that does not exist",
    Object.assign(new Error("getaddrinfo ENOTFOUND ecs.nowhere-1.amazonaws.com"), { code: "ENOTFOUND" }),
    "EndpointUnreachable",
    /ecs\.nowhere-1\.amazonaws\.com/,
    /region/,
  ],
  ["no region", new Error("Region is missing"), "RegionMissing", /no AWS region/, /--region.*AWS_REGION/],
  [
    "throttling",
    sdkError("ThrottlingException", "Rate exceeded", { $metadata: { httpStatusCode: 400, attempts: 3 } }),
    "Throttled",
    /slow down.*, after 3 attempts/,
    /same command again/,
  ],
];

describe("AWS's errors in our words", () => {
  for (const [what, error, code, message, hint] of table)
    test(what, () => {
      const explained = explainAwsError(error);
      assert.equal(explained?.code, code);
      assert.match(explained?.message ?? "", message);
      assert.match(explained?.hint ?? "", hint);
      assert.equal(explained?.exitCode, code === "RegionMissing" ? ExitCode.usage : ExitCode.aws);
      assert.equal(explained?.cause, error);
    });

  test("anything else of AWS keeps AWS's code and words", () => {
    const error = sdkError("ClientException", "Invalid 'cpu' setting for task.", {
      ecsctlOperation: "ecs:RegisterTaskDefinition",
    });
    const explained = explainAwsError(error);
    assert.equal(explained?.code, "ClientException");
    assert.match(explained?.message ?? "", /refused ecs:RegisterTaskDefinition: Invalid 'cpu' setting/);
  });

  test("what is no error of AWS is not explained", () => {
    assert.equal(explainAwsError(new TypeError("x is not a function")), undefined);
    assert.equal(explainAwsError("text"), undefined);
  });

  test("a real refused connection names the address and the operation", async () => {
    const aws = new Aws({
      region: "us-east-1",
      endpoint: "http://127.0.0.1:1",
      credentials: { accessKeyId: "x", secretAccessKey: "y" },
    });
    const error: unknown = await aws.call("sts", "GetCallerIdentity", {}).catch((caught: unknown) => caught);
    const explained = explainAwsError(error);
    assert.equal(explained?.code, "EndpointUnreachable");
    assert.match(explained?.message ?? "", /127\.0\.0\.1:1/);
  });
});

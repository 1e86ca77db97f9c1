import assert from "node:assert/strict";
import { test } from "node:test";
import { adviseOn } from "../../../src/core/wait/advise.ts";

const ref = '"123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1"';
const auth =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed:";
const ecr = `${auth} unable to retrieve ecr registry auth: service call has been retried 3 time(s):`;

const said: readonly [reason: string, cause: string][] = [
  [
    `CannotPullContainerError: failed to resolve ref ${ref}: failed to do request: dial tcp 10.0.0.1:443: i/o timeout`,
    "network",
  ],
  [
    `${ecr} RequestError: send request failed caused by: Post "https://api.ecr.us-east-1.amazonaws.com/": dial tcp`,
    "network",
  ],
  [`${ecr} AccessDeniedException: User: x is not authorized to perform: ecr:GetAuthorizationToken`, "permission"],
  [`${auth} unable to retrieve secret from asm: AccessDeniedException: not authorized`, "permission"],
  ["CannotPullContainerError: image Manifest does not contain descriptor matching platform 'linux/amd64'", "processor"],
  [
    "CannotPullContainerError: Error response from daemon: toomanyrequests: You have reached your pull rate limit",
    "limit",
  ],
  [`CannotPullContainerError: pull image manifest: failed to resolve ref ${ref}: ${ref}: not found`, "tag"],
  ["CannotPullContainerError: failed to extract layer: write /x: no space left on device", "disk"],
  ["CannotPullContainerError: The repository with name 'web' does not exist in the registry with id '1'", "repository"],
];

for (const [reason, cause] of said)
  test(`${cause}: ${reason.slice(0, 60)}…`, () => assert.equal(adviseOn(reason)?.split(":")[0], cause));

test("what a role may not read is told apart: the image or a secret", () => {
  assert.match(adviseOn(said[2]?.[0] ?? "") ?? "", /pull from ECR/);
  assert.match(adviseOn(said[3]?.[0] ?? "") ?? "", /read the secret/);
});

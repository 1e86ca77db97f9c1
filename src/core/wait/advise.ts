const advice: readonly (readonly [pattern: RegExp, text: string])[] = [
  [
    /(CannotPull|registry auth).*(i\/o timeout|send request failed|context deadline exceeded|context canceled|no such host|Client\.Timeout|network is unreachable)/s,
    "network: the registry cannot be reached from where the task is. It needs a public address (service.publicIp), or a network with a NAT gateway or ECR's endpoints.",
  ],
  [
    /CannotPull.*(descriptor matching platform|no match for platform|no matching manifest)/s,
    "processor: the image is for another one. `ecsctl push --platform linux/amd64`.",
  ],
  [
    /CannotPull.*(toomanyrequests|429 Too Many)/s,
    "limit: the registry gives so many images to somebody it does not know. Push the image to ECR: `ecsctl push`.",
  ],
  [/no space left on device/i, "disk: it is full. Raise cluster.capacity.rootVolumeGiB, or make the image smaller."],
  [
    /unable to retrieve ecr registry auth.*(AccessDenied|not authorized)|CannotPull.*(AccessDenied|not authorized to perform: ecr:|403 Forbidden|no basic auth)/s,
    "permission: the execution role may not pull from ECR. It needs AmazonECSTaskExecutionRolePolicy (ecr:GetAuthorizationToken, ecr:BatchGetImage, …).",
  ],
  [
    /CannotPull.*(repository \S+ not found|name unknown|RepositoryNotFound|repository with name .* does not exist)/s,
    "repository: it does not exist. `ecsctl push` makes it.",
  ],
  [
    /CannotPull.*pull access denied/s,
    "repository or permission: it does not exist, or the execution role may not pull from it.",
  ],
  [
    /CannotPull.*(not found|manifest unknown)/s,
    "tag: the repository has no image of that tag or digest. `ecsctl push`, or `ecsctl deploy --image TAG`.",
  ],
  [
    /OutOfMemory/,
    "memory: the container used more than its limit. Raise task.memory in ecsctl.yaml, or make it use less.",
  ],
  [/log group does not exist/i, "log group: it was deleted. `ecsctl deploy` makes it again."],
  [
    /port is already allocated|address already in use|EADDRINUSE|already using a port/i,
    "port: something on the instance holds it. Set task.container.hostPort to 0 (any free one), or give the service more instances than tasks.",
  ],
  [
    /unable to assume the role/i,
    "role: it is missing or trusts somebody else. `ecsctl deploy` makes a missing one again.",
  ],
  [/exec format error/i, "processor: the image is for another one. `ecsctl push --platform linux/amd64`."],
  [
    /(unable to (pull|retrieve)|Fetching) secret.*AccessDenied/is,
    "permission: the execution role may not read the secret. `ecsctl deploy` adds what is missing to a role of its own; for another one, `ecsctl deploy --adopt` (and task.secretKeys for a KMS key of your own).",
  ],
  [
    /(unable to (pull|retrieve)|Fetching) secret.*did not contain json key/is,
    "secret: it is there, but has no such key. Look at task.container.secrets in ecsctl.yaml.",
  ],
  [
    /(unable to (pull|retrieve)|Fetching) secret.*(ResourceNotFound|invalid parameters|marked for deletion)/is,
    "secret: it is not there, in this region, under that name. Make it, or correct task.container.secrets in ecsctl.yaml.",
  ],
  [
    /these codes: \[404\]/,
    "health check: nothing is at that path. Set loadBalancer.healthCheck.path to one that the app has.",
  ],
  [
    /these codes: \[40[13]\]/,
    "health check: the app wants to know who asks. Give it a path without a login: loadBalancer.healthCheck.path",
  ],
  [
    /these codes: \[3\d\d\]/,
    "health check: the path leads elsewhere. Set loadBalancer.healthCheck.path to where, or matcher: 200-399",
  ],
  [/these codes: \[5\d\d\]/, "health check: the app fails when it is asked; its log says why: ecsctl logs"],
  [
    /Request timed out/,
    "health check: the answer takes too long. Raise loadBalancer.healthCheck.timeout, or gracePeriod for a slow start.",
  ],
  [
    /wants \S+ within \d+ s: Health checks failed$/,
    "health check: nobody answers. The app must listen on task.container.port, at all addresses (0.0.0.0).",
  ],
  [
    /container health check/i,
    "health check: the command in task.container.healthCheck must end with 0 within its timeout. Look whether the image has the program, and how long the start takes (startPeriod).",
  ],
  [
    /health check/i,
    "health check: the task runs, but does not answer as asked. Look at the path, the port and how long it takes to start.",
  ],
];

/** What a reason of ECS or Docker means, which of the likely causes it is, and what to do; undefined for others. */
export function adviseOn(reason: string): string | undefined {
  return advice.find(([pattern]) => pattern.test(reason))?.[1];
}

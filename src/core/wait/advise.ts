const advice: readonly (readonly [pattern: RegExp, text: string])[] = [
  [
    /CannotPull.*(AccessDenied|not authorized to perform: ecr:|403 Forbidden|no basic auth)/s,
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
    /health check/i,
    "health check: the task runs, but does not answer as asked. Look at the path, the port and how long it takes to start.",
  ],
];

/** What a reason of ECS or Docker means, which of the likely causes it is, and what to do; undefined for others. */
export function adviseOn(reason: string): string | undefined {
  return advice.find(([pattern]) => pattern.test(reason))?.[1];
}

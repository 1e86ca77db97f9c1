import { randomBytes } from "node:crypto";
import { type ContainerSpec, RuntimeError } from "./runtime.ts";

/** What Docker says when a host port is in use. */
export function portTaken(spec: ContainerSpec, port: number): RuntimeError {
  const endpoint = `ecs-${spec.containerName}-${spec.taskId.slice(0, 8)} (${randomBytes(32).toString("hex")})`;
  return new RuntimeError(
    "CannotStartContainerError",
    `Error response from daemon: driver failed programming external connectivity on endpoint ${endpoint}: Bind for ${spec.address}:${port} failed: port is already allocated`,
  );
}

/** What one container of a task is to run, as the task definition and the placement say. */
export interface ContainerSpec {
  taskId: string;
  containerName: string;
  /** `HOST:PORT/repository@sha256:…` or `:tag`. */
  image: string;
  command?: readonly string[] | undefined;
  entryPoint?: readonly string[] | undefined;
  environment: Readonly<Record<string, string>>;
  /** Reserved CPU units; 1024 is one vCPU. */
  cpu: number;
  /** Hard limit in MiB. */
  memoryMiB: number;
  /** Loopback address of the instance that the task was placed on. */
  address: string;
  ports: readonly { containerPort: number; hostPort: number; protocol: "tcp" | "udp" }[];
  /** A line of output. */
  onLog: (line: string, at: Date) => void;
  /** The container ended by itself or was stopped. */
  onExit: (exit: { exitCode: number; reason?: string }) => void;
}

/** How a command in a container ended; 127 is a program that is not there. */
export interface CommandOutcome {
  exitCode: number;
  output: string;
}

export interface RunningContainer {
  /** Docker's container id, or one made in its likeness. */
  readonly runtimeId: string;
  readonly imageDigest: string | undefined;
  /** SIGTERM, then SIGKILL after that many real seconds. Resolves when it is gone. */
  stop(graceSeconds: number): Promise<void>;
  /** Runs a command in the container, as a health check does. Rejects when there is no answer within that many real seconds. */
  run(argv: readonly string[], timeoutSeconds: number): Promise<CommandOutcome>;
  /** CPU time since the start in seconds and memory in use now; undefined when it cannot be read (it is gone). */
  usage(): Promise<{ cpuSeconds: number; memoryBytes: number } | undefined>;
}

/** Why a container did not start, in AWS's own words: code `CannotPullContainerError`, `CannotStartContainerError`, … */
export class RuntimeError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = "RuntimeError";
    this.code = code;
  }
}

/** What tasks really are. */
export interface Runtime {
  readonly kind: "process" | "docker" | "none";
  start(spec: ContainerSpec): Promise<RunningContainer>;
  /** Ends everything that was started. */
  close(): Promise<void>;
}

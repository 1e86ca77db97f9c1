import { existsSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { homedir } from "node:os";
import path from "node:path";

/** A engine that does not answer its ping within this time is not used. */
const pingMs = 3000;

export interface EngineRequest {
  method: "GET" | "POST" | "DELETE";
  /** With the query. */
  path: string;
  body?: object;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

/** What the engine refused, in its own words. */
export class EngineError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = "EngineError";
    this.status = status;
  }
}

/** A Docker-compatible engine on this computer, through the HTTP API on its socket. */
export class ContainerEngine {
  readonly socketPath: string;

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  /** The answer as it streams in, whatever its status. */
  open({ method, path: address, body, headers, timeoutMs }: EngineRequest): Promise<IncomingMessage> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          socketPath: this.socketPath,
          method,
          path: address,
          headers: {
            host: "docker",
            ...(text === undefined
              ? {}
              : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
            ...headers,
          },
        },
        resolve,
      );
      sent.once("error", reject);
      if (timeoutMs !== undefined)
        sent.setTimeout(timeoutMs, () => sent.destroy(new Error("the engine does not answer")));
      sent.end(text);
    });
  }

  /** The answer's JSON. Throws `EngineError` for what the engine refuses. */
  async call<T>(options: EngineRequest): Promise<T> {
    const answer = await this.open(options);
    const text = await readText(answer);
    const status = answer.statusCode ?? 0;
    if (status < 400) return (text === "" ? {} : parse(text)) as T;
    throw new EngineError(status, (parse(text) as { message?: string }).message ?? text);
  }
}

export async function readText(answer: IncomingMessage): Promise<string> {
  let text = "";
  answer.setEncoding("utf8");
  for await (const chunk of answer as AsyncIterable<string>) text += chunk;
  return text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return {};
  }
}

/** Where engines listen: what `DOCKER_HOST` says, then Docker's, its desktop's and Podman's usual places. */
function socketPaths(): string[] {
  const named = /^(?:unix|npipe):\/\/(.*)$/.exec(process.env["DOCKER_HOST"] ?? "")?.[1];
  const runtimeDir = process.env["XDG_RUNTIME_DIR"];
  return [
    ...(named === undefined ? [] : [named]),
    "/var/run/docker.sock",
    path.join(homedir(), ".docker/run/docker.sock"),
    ...(runtimeDir === undefined
      ? []
      : [path.join(runtimeDir, "docker.sock"), path.join(runtimeDir, "podman/podman.sock")]),
    "/run/podman/podman.sock",
    ...(process.platform === "win32" ? ["//./pipe/docker_engine"] : []),
  ];
}

/** The first engine on this computer that answers; undefined when there is none. */
export async function detectEngine(): Promise<ContainerEngine | undefined> {
  for (const socketPath of socketPaths()) {
    if (process.platform !== "win32" && !existsSync(socketPath)) continue;
    const engine = new ContainerEngine(socketPath);
    const answer = await engine.open({ method: "GET", path: "/_ping", timeoutMs: pingMs }).catch(() => undefined);
    answer?.resume();
    if (answer?.statusCode === 200) return engine;
  }
  return undefined;
}

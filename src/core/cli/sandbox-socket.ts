import { createHash } from "node:crypto";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EcsctlError, gaveUpError } from "../errors.ts";

/** What a running sandbox says of itself. */
export interface RunningSandbox {
  pid: number;
  port: number;
  /** `http://127.0.0.1:PORT` */
  endpoint: string;
  /** World seconds a real second. */
  speed: number;
  runtime: "process" | "docker" | "none";
  /** ISO 8601. */
  since: string;
}

/** A sandbox that starts takes a second, on a busy computer some; one that says nothing for this long hangs. */
const silenceMs = 30_000;
/** Systems allow about a hundred bytes for a socket's path. */
const longestPath = 100;

/** Where the sandbox of a state directory is to be asked; nobody listens there when none is running. */
export function socketPathOf(stateDir: string): string {
  const name = `ecsctl-${createHash("sha256").update(stateDir).digest("hex").slice(0, 16)}`;
  if (process.platform === "win32") return String.raw`\\.\pipe\${name}`;
  const path = join(stateDir, "sandbox", "socket");
  return Buffer.byteLength(path) <= longestPath ? path : join(tmpdir(), name);
}

/** The sandbox of a state directory; waits while one is starting. Undefined when none is running, or it died. */
export function askSandbox(stateDir: string, signal?: AbortSignal): Promise<RunningSandbox | undefined> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect({ path: socketPathOf(stateDir), ...(signal ? { signal } : {}) });
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
      if (!text.includes("\n")) return;
      resolve(JSON.parse(text) as RunningSandbox);
      socket.destroy();
    });
    socket.on("error", (error) => (signal?.aborted ? reject(error) : resolve(undefined)));
    socket.on("close", () => resolve(undefined));
    socket.setTimeout(silenceMs, () => {
      reject(silentError(stateDir));
      socket.destroy();
    });
  });
}

function silentError(stateDir: string): EcsctlError {
  return gaveUpError({
    code: "SandboxSilent",
    message: `The sandbox of ${stateDir} is there, but does not answer.`,
    hint: `End its process (its id is in ${join(stateDir, "sandbox.json")}), then start it again.`,
  });
}

/** Resolves when the sandbox of a state directory has ended; rejects when the signal aborts first. */
export function waitUntilGone(stateDir: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path: socketPathOf(stateDir), signal });
    socket.resume();
    socket.on("error", (error) => (signal.aborted ? reject(error) : resolve()));
    socket.on("close", () => resolve());
  });
}

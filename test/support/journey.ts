import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How a command ended. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
  /** stdout as the one JSON document that it must be. */
  json<T>(): T;
}

const root = join(import.meta.dirname, "../..");

/** A project folder and a state directory of its own: what a new user has. Commands run as that user types them. */
export class Journey {
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  private readonly running = new Set<ChildProcess>();

  private constructor(dir: string) {
    this.dir = dir;
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(AWS|ECSCTL)_|^CI$|^NO_COLOR$|^FORCE_COLOR$/.test(name),
    );
    this.env = {
      ...Object.fromEntries(inherited),
      ECSCTL_STATE_DIR: join(dir, "state"),
      AWS_CONFIG_FILE: join(dir, "none"),
      AWS_SHARED_CREDENTIALS_FILE: join(dir, "none"),
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }

  static async open(name = "journey"): Promise<Journey> {
    return new Journey(await mkdtemp(join(tmpdir(), `ecsctl-${name}-`)));
  }

  /** The command line in front of the arguments: the bundle when it is built, else the sources. */
  static readonly cli = [
    process.execPath,
    existsSync(join(root, "dist")) ? join(root, "bin/run.js") : join(root, "bin/dev.js"),
  ];

  get stateDir(): string {
    return this.env["ECSCTL_STATE_DIR"] ?? "";
  }

  /** Starts a command without waiting for it. */
  start(args: string[], env: NodeJS.ProcessEnv = {}): { child: ChildProcess; outcome: Promise<Outcome> } {
    const [command = "", ...first] = Journey.cli;
    const child = spawn(command, [...first, ...args], {
      cwd: this.dir,
      env: { ...this.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.running.add(child);
    let stdout = "";
    let stderr = "";
    child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const outcome = new Promise<Outcome>((resolve) =>
      child.on("close", (code) => {
        this.running.delete(child);
        resolve({
          code,
          stdout,
          stderr,
          json: <T>() => {
            try {
              return JSON.parse(stdout) as T;
            } catch (error) {
              throw new Error(
                `ecsctl ${args.join(" ")} exited ${code} and printed no JSON document:\n${stdout}\n${stderr}`,
                { cause: error },
              );
            }
          },
        });
      }),
    );
    return { child, outcome };
  }

  run(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    return this.start(args, env).outcome;
  }

  /** Runs a command that must succeed and gives its JSON document. */
  async json<T>(...args: string[]): Promise<T> {
    const outcome = await this.run([...args, "--json"]);
    if (outcome.code !== 0)
      throw new Error(`ecsctl ${args.join(" ")} exited ${outcome.code}:\n${outcome.stdout}\n${outcome.stderr}`);
    return outcome.json<T>();
  }

  /** Ends the sandbox and whatever still runs, and removes the folder. */
  async close(): Promise<void> {
    for (const child of this.running) child.kill("SIGKILL");
    const [command = "", ...first] = Journey.cli;
    spawnSync(command, [...first, "sandbox", "stop"], { cwd: this.dir, env: this.env });
    await rm(this.dir, { recursive: true, force: true });
  }
}

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Aws, CallRecord } from "../../src/core/aws/aws.ts";
import { configSchema, type Config } from "../../src/core/config/schema.ts";
import type { Project } from "../../src/core/config/project.ts";
import type { Context } from "../../src/core/context.ts";
import type { Event } from "../../src/core/events.ts";
import { NoRuntime } from "../../src/sandbox/runtime/none.ts";
import type { Runtime } from "../../src/sandbox/runtime/runtime.ts";
import { storeManifest } from "../../src/sandbox/registry/manifest-routes.ts";
import { blobs } from "../../src/sandbox/world/records/ecr.ts";
import { startSandbox, type TestSandbox } from "./sandbox.ts";

type ConfigInput = Parameters<typeof configSchema.parse>[0] & Record<string, unknown>;

/** A sandbox on which projects can be deployed: fast, with tasks that run nothing. */
export class DeployWorld {
  readonly sandbox: TestSandbox;
  readonly runtime: NoRuntime;
  readonly dir: string;
  private clock: Aws["clock"] | undefined;

  private constructor(sandbox: TestSandbox, runtime: NoRuntime) {
    this.sandbox = sandbox;
    this.runtime = runtime;
    this.dir = mkdtempSync(join(tmpdir(), "ecsctl-deploy-"));
  }

  /** Tasks run nothing, unless a runtime of the test's own is given. */
  static async open(speed = 200, tasks?: Runtime): Promise<DeployWorld> {
    const runtime = new NoRuntime();
    return new DeployWorld(await startSandbox({ speed, runtime: tasks ?? runtime }), runtime);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    rmSync(this.dir, { recursive: true });
  }

  /** The guided project under another app name, with everything that would collide named after it. */
  project(app: string, change: (config: Config) => void = () => {}): Project {
    const config = configSchema.parse(guided(app));
    change(config);
    const file = join(this.dir, `${app}.yaml`);
    writeFileSync(file, `# ${app}\napp: ${app}\n`);
    return { config, file, dir: this.dir, sources: {} };
  }

  /** The same project as a file, for the command line. */
  writeConfig(app: string): string {
    const file = join(this.dir, `${app}.json.yaml`);
    writeFileSync(file, JSON.stringify(guided(app)));
    return file;
  }

  /** Puts an image into the app's repository, which this makes as `push` would. Another text is another digest, which it returns. */
  async push(app: string, text = "1"): Promise<string> {
    const { region } = this.sandbox;
    const config = `sha256:${"a".repeat(64)}`;
    const aws = this.sandbox.aws();
    const tags = [{ Key: "ecsctl:app", Value: app }];
    const repositoryName = `${app}-web`;
    const repository = { repositoryName, tags, imageScanningConfiguration: { scanOnPush: true } };
    await aws.call("ecr", "CreateRepository", repository).catch(() => {});
    blobs(region).set(`${repositoryName}@${config}`, { repository: repositoryName, digest: config, sizeBytes: 2 });
    const mediaType = "application/vnd.oci.image.manifest.v1+json";
    const manifest = {
      schemaVersion: 2,
      mediaType,
      config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: config, size: 2 },
      layers: [],
      annotations: { text },
    };
    return storeManifest(region, repositoryName, { text: JSON.stringify(manifest), reference: "latest" }).digest;
  }

  /** Every context knows how fast the world's clock runs as soon as one does, so that waits are short from the start. */
  context(signal?: AbortSignal): Context & { events: Event[] } {
    const context = this.sandbox.context({ stateDir: this.dir, ...(signal ? { signal } : {}) });
    this.clock ??= context.aws.clock;
    Object.defineProperty(context.aws, "clock", { value: this.clock });
    return context;
  }

  /** A context whose process dies after so many changing calls: the call was made, its answer is lost. */
  killedAfter(calls: number): Context {
    const context = this.context();
    const aws = context.aws;
    const send = aws.call.bind(aws) as (...args: unknown[]) => Promise<unknown>;
    let left = calls;
    const dying = async (...args: unknown[]): Promise<unknown> => {
      if (left < 0) throw new Error("killed");
      const changing = isChanging({ operation: String(args[1]) });
      if (changing && --left < 0) {
        await send(...args).catch(() => {});
        throw new Error("killed");
      }
      return send(...args);
    };
    Object.defineProperty(aws, "call", { value: dying });
    return context;
  }
}

const guided = (app: string): ConfigInput => ({
  app,
  image: { repository: `${app}-web` },
  cluster: {
    name: `${app}-cluster`,
    capacity: { instanceType: "t2.small", min: 1, max: 3, instanceRole: `${app}-instance` },
  },
  service: { name: `${app}-service` },
  task: {
    family: `${app}-task`,
    cpu: 256,
    memory: 512,
    executionRole: `${app}-execution`,
    container: { name: "web-container", port: 80 },
    logs: { group: `/ecs/${app}` },
  },
});

export const isChanging = ({ operation }: Pick<CallRecord, "operation">): boolean =>
  !/^(Describe|List|Get)/.test(operation);

/** The calls that changed something, by name. */
export const changingCalls = (aws: Aws): string[] => aws.calls.filter(isChanging).map(({ operation }) => operation);

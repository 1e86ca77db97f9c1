import { hearAttempts, judgeSkew, keepSingle, type OnFailedAttempt } from "./attempts.ts";
import { ServerClock } from "./server-clock.ts";

/** One module a service; each re-exports only the commands that ecsctl sends, so a bundle carries nothing else. */
const loaders = {
  ecs: () => import("./clients/ecs.ts"),
  ecr: () => import("./clients/ecr.ts"),
  iam: () => import("./clients/iam.ts"),
  ec2: () => import("./clients/ec2.ts"),
  autoscaling: () => import("./clients/autoscaling.ts"),
  "application-autoscaling": () => import("./clients/application-autoscaling.ts"),
  cloudwatch: () => import("./clients/cloudwatch.ts"),
  elbv2: () => import("./clients/elbv2.ts"),
  logs: () => import("./clients/logs.ts"),
  "service-quotas": () => import("./clients/service-quotas.ts"),
  events: () => import("./clients/events.ts"),
  sqs: () => import("./clients/sqs.ts"),
  sns: () => import("./clients/sns.ts"),
  ssm: () => import("./clients/ssm.ts"),
  sts: () => import("./clients/sts.ts"),
  tagging: () => import("./clients/tagging.ts"),
};

type Modules = { [S in keyof typeof loaders]: Awaited<ReturnType<(typeof loaders)[S]>> };
export type ServiceName = keyof Modules;
/** The operations of a service that ecsctl may call: `Operation<"ecs">` includes `"DescribeServices"`. */
export type Operation<S extends ServiceName> = {
  [K in keyof Modules[S]]: K extends `${infer Name}Command` ? Name : never;
}[keyof Modules[S]];
type CommandOf<S extends ServiceName, O extends Operation<S>> = Modules[S][`${O}Command` & keyof Modules[S]];
export type Input<S extends ServiceName, O extends Operation<S>> =
  CommandOf<S, O> extends abstract new (...args: never[]) => { readonly input: infer I } ? I : never;
export type Output<S extends ServiceName, O extends Operation<S>> =
  CommandOf<S, O> extends new (...args: never[]) => {
    resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: infer Out }>;
  }
    ? Out
    : never;

export interface AwsOptions {
  region: string;
  /** Shared-configuration profile; the SDK's own chain decides when absent. */
  profile?: string | undefined;
  /** Overrides `AWS_ENDPOINT_URL`; used by `--sandbox`. */
  endpoint?: string | undefined;
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
  /** Hears of every attempt that failed, also of those that the SDK makes again. */
  onFailedAttempt?: OnFailedAttempt | undefined;
}

/**
 * What the SDK may say its findings to: nobody. It has no `info`, because the SDK would filter every input and answer
 * for it, a twentieth of a command's time; the credential providers call the others without asking.
 */
const quietLogger = { trace() {}, debug() {}, warn() {}, error() {} };

/** One call that was made, for counters, tests and the table behind `iam policy`. */
export interface CallRecord {
  service: ServiceName;
  operation: string;
}

/**
 * How often the SDK tries a call that AWS throttles or fails: a deploy makes a hundred, and with three (the default)
 * one in forty fails for good when every third is throttled.
 */
const maxAttempts = 8;

interface AnyClient {
  send(command: unknown, options?: { abortSignal?: AbortSignal }): Promise<unknown>;
  middlewareStack: {
    add(middleware: unknown, options: object): void;
    addRelativeTo(middleware: unknown, options: object): void;
  };
}

/**
 * The only way to AWS. Clients load on first use, every call is counted, and every answer teaches the server's clock.
 * SDK errors pass through unchanged (compare by name with `isAwsError`); the base command explains them.
 */
export class Aws {
  readonly region: string;
  readonly clock = new ServerClock();
  readonly calls: CallRecord[] = [];
  private readonly options: AwsOptions;
  private readonly clients = new Map<ServiceName, Promise<{ client: AnyClient; module: Record<string, unknown> }>>();

  constructor(options: AwsOptions) {
    this.options = options;
    this.region = options.region;
  }

  /** Where it asks when `--sandbox` says so; undefined for AWS, or what `AWS_ENDPOINT_URL` names. */
  get endpoint(): string | undefined {
    return this.options.endpoint;
  }

  /** ARNs of what bears the app's mark, where a client knows them (`knowTags`): this one knows none. */
  async ownArns(): Promise<readonly string[]> {
    return [];
  }

  /** Sends one operation. */
  async call<S extends ServiceName, O extends Operation<S>>(
    service: S,
    operation: O,
    input: Input<S, O>,
    signal?: AbortSignal,
  ): Promise<Output<S, O>> {
    const { client, module } = await this.client(service);
    const Command = module[`${operation as string}Command`] as new (input: unknown) => unknown;
    this.calls.push({ service, operation: operation as string });
    try {
      return (await client.send(new Command(input), signal ? { abortSignal: signal } : {})) as Output<S, O>;
    } catch (error) {
      noteOperation(error, `${service}:${operation as string}`);
      throw error;
    }
  }

  /** Follows every page and yields the answers one by one, whatever the service calls its token. */
  async *pages<S extends ServiceName, O extends Operation<S>>(
    service: S,
    operation: O,
    input: Input<S, O>,
    signal?: AbortSignal,
  ): AsyncGenerator<Output<S, O>> {
    let token: Record<string, unknown> = {};
    for (;;) {
      const page = await this.call(service, operation, { ...(input as object), ...token } as Input<S, O>, signal);
      yield page;
      const answer = page as Record<string, unknown>;
      const name = ["nextToken", "NextToken", "Marker", "NextMarker", "PaginationToken"].find((key) => answer[key]);
      if (!name) return;
      token = { [name === "NextMarker" ? "Marker" : name]: answer[name] };
    }
  }

  /** The items of every page, flattened: `all("ecs", "ListTasks", {...}, (p) => p.taskArns)`. */
  async all<S extends ServiceName, O extends Operation<S>, T>(
    service: S,
    operation: O,
    input: Input<S, O>,
    pick: (page: Output<S, O>) => readonly T[] | undefined,
    signal?: AbortSignal,
  ): Promise<T[]> {
    const items: T[] = [];
    for await (const page of this.pages(service, operation, input, signal)) items.push(...(pick(page) ?? []));
    return items;
  }

  private client(service: ServiceName): Promise<{ client: AnyClient; module: Record<string, unknown> }> {
    const existing = this.clients.get(service);
    if (existing) return existing;
    const created = this.create(service);
    this.clients.set(service, created);
    return created;
  }

  private async create(service: ServiceName): Promise<{ client: AnyClient; module: Record<string, unknown> }> {
    const module = (await loaders[service]()) as unknown as Record<string, unknown>;
    const Client = module["Client"] as new (config: object) => AnyClient;
    const { region, profile, endpoint, credentials, onFailedAttempt } = this.options;
    const client = new Client({
      region,
      logger: quietLogger,
      maxAttempts,
      ...(profile === undefined ? {} : { profile }),
      ...(endpoint === undefined ? {} : { endpoint, disableHostPrefix: true }),
      ...(credentials === undefined ? {} : { credentials }),
    });
    client.middlewareStack.add(this.learnClock(), { step: "deserialize", name: "ecsctlServerClock", priority: "low" });
    const inside = { name: "ecsctlSkew", relation: "after", toMiddleware: "retryMiddleware" };
    client.middlewareStack.addRelativeTo(judgeSkew, inside);
    client.middlewareStack.addRelativeTo(keepSingle, { ...inside, name: "ecsctlSingle" });
    if (onFailedAttempt)
      client.middlewareStack.addRelativeTo(hearAttempts(onFailedAttempt, service), {
        ...inside,
        name: "ecsctlAttempts",
      });
    return { client, module };
  }

  private learnClock() {
    type Next = (args: unknown) => Promise<{ response?: { headers?: Record<string, string> } }>;
    return (next: Next) => async (args: unknown) => {
      const result = await next(args);
      const date = result.response?.headers?.["date"];
      if (date) this.clock.observe(Date.parse(date));
      return result;
    };
  }
}

/** Lets whoever explains an error say which call failed; the error stays the SDK's own. */
function noteOperation(error: unknown, operation: string): void {
  if (error instanceof Error && !("ecsctlOperation" in error))
    Object.defineProperty(error, "ecsctlOperation", { value: operation, enumerable: false });
}

import type { Region } from "../world/world.ts";

export type Protocol = "json1.0" | "json1.1" | "query" | "ec2" | "cbor" | "restJson";

/** Who asked, for what, where: the second argument of every handler. */
export interface Call {
  /** The SDK's service id: `ECS`, `Auto Scaling`. */
  service: string;
  operation: string;
  region: Region;
  accessKeyId?: string | undefined;
  requestId: string;
  protocol: Protocol;
}

type InputOf<C> = C extends abstract new (...args: never[]) => { readonly input: infer I } ? I : never;
type OutputOf<C> = C extends abstract new (...args: never[]) => {
  resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: infer O }>;
}
  ? Omit<O, "$metadata">
  : never;

/** The names of a client module's operations. */
export type OperationName<M> = {
  [K in keyof M]: K extends `$${string}` ? never : K extends `${infer Name}Command` ? Name : never;
}[keyof M];

/** One action: `const createCluster: Handler<typeof ecs, "CreateCluster"> = (input, call) => ({ cluster })`. */
export type Handler<M, Op extends OperationName<M>> = (
  input: InputOf<M[`${Op}Command` & keyof M]>,
  call: Call,
) => OutputOf<M[`${Op}Command` & keyof M]> | Promise<OutputOf<M[`${Op}Command` & keyof M]>>;

/** A service's table of actions; what is missing is refused by name. */
export type Handlers<M> = { [Op in OperationName<M>]?: Handler<M, Op> };

/** What `services/NAME/service.ts` exports as `service`. */
export interface ServiceModule<M = object> {
  module: M;
  Client: new (config: { region: string; credentials: { accessKeyId: string; secretAccessKey: string } }) => {
    config: unknown;
  };
  handlers: Handlers<M>;
}

/** An error that the service's model does not name (all of EC2's, for example). Modelled ones: throw the SDK's class. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
  }
}

/** The second constructor field of every SDK exception, empty on our side: `new NotFound({ message, ...meta })`. */
export const meta = { $metadata: {} } as const;

/** Cuts one page out of a list; the token is opaque to clients. */
export function page<T>(all: readonly T[], token: string | undefined, size: number): { items: T[]; next?: string } {
  const from = token ? Number(Buffer.from(token, "base64url").toString()) : 0;
  const next = from + size;
  return next < all.length
    ? { items: all.slice(from, next), next: Buffer.from(String(next)).toString("base64url") }
    : { items: all.slice(from) };
}

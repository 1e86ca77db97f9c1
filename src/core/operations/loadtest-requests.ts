import { usageError } from "../errors.ts";
import type { RequestPlan, WeightedPath } from "../loadtest/request-mix.ts";
import type { LoadtestOptions } from "./loadtest-options.ts";

/** What each request looks like, checked and prepared once. Throws usage errors. */
export function planRequests(options: LoadtestOptions): RequestPlan {
  const { body, paths = [] } = options;
  const method = (options.method ?? (body === undefined ? "GET" : "POST")).toUpperCase();
  if (!/^[!#$%&'*+.^_`|~0-9A-Z-]+$/.test(method) || method === "CONNECT")
    throw usageError({ code: "InvalidMethod", message: `--method ${options.method}: expected GET, POST, PUT, …` });
  return {
    shape: { method, headers: prepareHeaders(options), ...(body === undefined ? {} : { body }) },
    paths: balance(paths.map(readPath)),
    keepAlive: options.keepAlive ?? true,
    insecure: options.insecure ?? false,
  };
}

/** Heavier than any mix needs; a round is as long as all weights together. */
const heaviest = 1000;

/** `/a`, `/a=3`; a path with a query, where `=3` may belong to it, has its weight after a space: `/a?x=1 =3`. */
function readPath(text: string): WeightedPath {
  const [, path = "", weight = "1"] = /^(\/[^\s?]*?|\/\S*?\s)=(\d+)$/.exec(text) ?? [undefined, text];
  const known = { path: path.trim(), weight: Number(weight) };
  if (!/^\/[\u0021-\u00ff]*$/.test(known.path))
    throw usageError({
      code: "InvalidPath",
      message: `--path ${text}: expected a path that begins with / and has no spaces.`,
      hint: "With a weight: --path /a=3 --path '/b?x=1 =1'",
    });
  if (known.weight >= 1 && known.weight <= heaviest) return known;
  throw usageError({ code: "InvalidPath", message: `--path ${text}: expected a weight of 1 to ${heaviest}.` });
}

/** The smallest weights of the same proportion. */
function balance(paths: readonly WeightedPath[]): WeightedPath[] {
  const common = paths.reduce((divisor, { weight }) => greatestDivisor(divisor, weight), 0);
  return paths.map(({ path, weight }) => ({ path, weight: weight / common }));
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));

/** What follows from how the request is sent, so that a header cannot say it. */
const ours = /^(connection|keep-alive|transfer-encoding|content-length|upgrade|expect)$/i;

function prepareHeaders({ headers: lines, body, user, password = "" }: LoadtestOptions): string[] {
  const pairs = lines.flatMap(readHeader);
  const has = (name: string) => pairs.some((text, index) => index % 2 === 0 && text.toLowerCase() === name);
  const agent = has("user-agent") ? [] : ["user-agent", "ecsctl-loadtest"];
  const type = body !== undefined && !has("content-type") && isJson(body) ? ["content-type", "application/json"] : [];
  const authorization =
    user === undefined ? [] : ["authorization", `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`];
  return [...agent, ...authorization, ...type, ...pairs];
}

function readHeader(line: string): string[] {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*([\t\u0020-\u007e\u0080-\u00ff]*)$/.exec(line) ?? [];
  if (name === undefined || value === undefined)
    throw usageError({
      code: "InvalidHeader",
      message: `--header ${line}: expected 'Name: value'.`,
      hint: "For example: --header 'Accept: text/html'",
    });
  if (!ours.test(name)) return [name, value];
  throw usageError({
    code: "InvalidHeader",
    message: `--header ${line}: ecsctl sets ${name} itself.`,
    hint: /^connection$/i.test(name) ? "A connection for each request: --no-keepalive" : undefined,
  });
}

function isJson(body: string | Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(body).toString());
    return true;
  } catch {
    return false;
  }
}

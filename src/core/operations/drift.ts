import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Config } from "../config/schema.ts";
import type { Context } from "../context.ts";
import type { Plan, Step } from "../plan/build.ts";
import type { Node } from "../plan/graph.ts";
import { isTagChange, unknownValue, type Change } from "../plan/resource.ts";

/** What was wanted at the last deploy from here that came to its end. */
export interface Deployed {
  version: 2;
  /** ISO, the server's time. */
  at: string;
  /** Digests of the wanted values, by the step's id and the path: values may be secret. */
  wanted: Record<string, Record<string, string>>;
}

type Place = Pick<Context, "stateDir"> & { aws: { region: string } };

const fileOf = ({ stateDir, aws }: Place, app: string, account: string): string =>
  join(stateDir, "deployed", `${app}-${aws.region}-${account}.json`);

const digestOf = (value: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify(value) ?? "")
    .digest("hex")
    .slice(0, 16);

type Wanting = Pick<Node, "id" | "diff">;

/** Ids of other things of the app stand open here, then and now: they are not the file's. */
const wantedOf = (node: Wanting): Record<string, string> =>
  Object.fromEntries(node.diff(undefined, () => unknownValue).map(({ path, to }) => [path, digestOf(to)]));

/**
 * Keeps what was deployed, so that a later plan can tell a change of the file from one that somebody made in AWS.
 * `only`: kinds that the deploy was narrowed down to; what is known of the others stays.
 */
export function rememberDeployed(
  context: Context,
  config: Config,
  { nodes, account }: { nodes: readonly Node[]; account: string },
  only: readonly string[] = [],
): void {
  const file = fileOf(context, config.app, account);
  const before = only.length > 0 ? readDeployed(context, config, account)?.wanted : undefined;
  const wanted = Object.fromEntries(nodes.filter((node) => node.wanted).map((node) => [node.id, wantedOf(node)]));
  const at = new Date(context.aws.clock.now()).toISOString();
  const record: Deployed = { version: 2, at, wanted: { ...before, ...wanted } };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(record));
}

/** The last deploy; undefined when nothing is known of one, as on another computer. */
export function readDeployed(place: Place, config: Config, account: string | undefined): Deployed | undefined {
  if (account === undefined) return undefined;
  try {
    const record = JSON.parse(readFileSync(fileOf(place, config.app, account), "utf8")) as Deployed;
    return record.version === 2 ? record : undefined;
  } catch {
    // Never deployed from here, or the file is no use: then the plan gives no hint.
    return undefined;
  }
}

/** What changes without anybody's hand: another image was pushed, and what follows from that is known after apply. */
const isExpected = ({ path, to }: Change): boolean => path === "image" || path === "deployment" || to === unknownValue;

/**
 * Adds a hint to what differs although `ecsctl.yaml` wants it as it was deployed: then AWS was changed. `nodes`: what
 * the plan was made of. Pure.
 */
export function noteDrift(plan: Plan, deployed: Deployed | undefined, nodes: readonly Wanting[]): Plan {
  if (!deployed) return plan;
  const steps = plan.steps.map((step) => {
    const before = deployed.wanted[step.id];
    const node = nodes.find(({ id }) => id === step.id);
    const hint = before && node ? hintOf(step, before, node, deployed.at) : foreignHint(step);
    return hint === undefined ? step : { ...step, notes: [...step.notes, hint] };
  });
  return { ...plan, steps };
}

function hintOf(
  { resource, action, changes }: Step,
  before: Record<string, string>,
  node: Wanting,
  at: string,
): string | undefined {
  if (action === "create")
    return resource === "task-definition"
      ? undefined
      : `was there after the deploy of ${at} and is gone: deploy makes it again`;
  if (action !== "update" && action !== "replace") return undefined;
  const others = changes.filter((change) => !isExpected(change) && !isTagChange(change));
  if (others.length === 0) return undefined;
  const now = wantedOf(node);
  const drifted = others.filter(({ path }) => before[path] === now[path]);
  if (drifted.length === 0) return undefined;
  if (drifted.every(({ path }) => path === "taskDefinition"))
    return `runs another revision than the deploy of ${at} was for: a rollback, ECS's circuit breaker or somebody's hand; deploy goes forward again`;
  const some = drifted.length < others.length ? `${drifted.map(({ path }) => path).join(", ")}: ` : "";
  return `${some}changed in AWS, not in ecsctl.yaml, since the deploy of ${at}: deploy puts it back, or write it into the file to keep it`;
}

/** A scaling policy or a rule that somebody added to what is ours. */
const foreignHint = ({ action }: Step): string | undefined =>
  action === "delete"
    ? "in AWS, not in ecsctl.yaml: deploy deletes it, or write it into the file to keep it"
    : undefined;

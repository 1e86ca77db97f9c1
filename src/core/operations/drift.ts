import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Config } from "../config/schema.ts";
import type { Context } from "../context.ts";
import type { Plan, Step } from "../plan/build.ts";
import { isTagChange, unknownValue, type Change } from "../plan/resource.ts";

/** What `ecsctl.yaml` said at the last deploy from here that came to its end. */
export interface Deployed {
  version: 1;
  /** Of the configuration. */
  digest: string;
  /** ISO, the server's time. */
  at: string;
}

type Place = Pick<Context, "stateDir"> & { aws: { region: string } };

const fileOf = ({ stateDir, aws }: Place, app: string, account: string): string =>
  join(stateDir, "deployed", `${app}-${aws.region}-${account}.json`);

const digestOf = (config: Config): string => createHash("sha256").update(JSON.stringify(config)).digest("hex");

/** Keeps what was deployed, so that a later plan can tell a change of the file from one that somebody made in AWS. */
export function rememberDeployed(context: Context, config: Config, account: string): void {
  const file = fileOf(context, config.app, account);
  const record: Deployed = {
    version: 1,
    digest: digestOf(config),
    at: new Date(context.aws.clock.now()).toISOString(),
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(record));
}

/** The last deploy, if it was one of this very configuration; undefined when nothing is known, as on another computer. */
export function readDeployed(place: Place, config: Config, account: string | undefined): Deployed | undefined {
  if (account === undefined) return undefined;
  try {
    const record = JSON.parse(readFileSync(fileOf(place, config.app, account), "utf8")) as Deployed;
    return record.version === 1 && record.digest === digestOf(config) ? record : undefined;
  } catch {
    // Never deployed from here, or the file is no use: then the plan gives no hint.
    return undefined;
  }
}

/** What changes without anybody's hand: another image was pushed, and what follows from that is known after apply. */
const isExpected = ({ path, to }: Change): boolean => path === "image" || path === "deployment" || to === unknownValue;

const isDrift = ({ action, changes }: Step): boolean =>
  (action === "update" || action === "replace") &&
  changes.some((change) => !isExpected(change) && !isTagChange(change));

/** Adds a hint to what differs although `ecsctl.yaml` is as it was deployed: then AWS was changed. Pure. */
export function noteDrift(plan: Plan, deployed: Deployed | undefined): Plan {
  if (!deployed) return plan;
  const hint = `changed in AWS, not in ecsctl.yaml, since the deploy of ${deployed.at}: deploy puts it back, or write it into the file to keep it`;
  const steps = plan.steps.map((step) => {
    if (isDrift(step)) return { ...step, notes: [...step.notes, hint] };
    const gone = step.action === "create" && step.resource !== "task-definition";
    return gone ? { ...step, notes: [...step.notes, goneHint(deployed)] } : step;
  });
  return { ...plan, steps };
}

const goneHint = ({ at }: Deployed): string => `was there after the deploy of ${at} and is gone: deploy makes it again`;

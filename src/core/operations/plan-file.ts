import { readFile, writeFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { configError } from "../errors.ts";
import type { Plan } from "../plan/build.ts";

/** What the user asked for besides `ecsctl.yaml`; `deploy --plan` asks for the same. */
interface Asked {
  adopt?: boolean | undefined;
  image?: string | undefined;
}

/** A plan as it is in a file. */
type SavedPlan = Plan & { asked?: Asked };

/** Writes a plan for `deploy --plan`. */
export async function writePlanFile(file: string, plan: Plan, { adopt, image }: Asked): Promise<void> {
  const saved: SavedPlan = { ...plan, asked: { adopt, image } };
  try {
    await writeFile(file, `${JSON.stringify(saved, undefined, 2)}\n`);
  } catch (error) {
    throw configError({
      code: "PlanFileUnwritable",
      message: `The plan cannot be written to ${file}: ${error instanceof Error ? error.message : String(error)}.`,
      cause: error,
    });
  }
}

/** Reads what `plan --out` wrote. Throws a configuration error (exit 3) for anything else. */
export async function readPlanFile(file: string): Promise<SavedPlan> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw configError({
      code: "PlanFileUnreadable",
      message: `The plan file ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      hint: `ecsctl plan --out ${file}`,
      cause: error,
    });
  }
  const plan = parsed as Partial<Plan> | null;
  if (plan?.version === 1 && Array.isArray(plan.steps)) return plan as SavedPlan;
  throw configError({
    code: "PlanFileInvalid",
    message: `${file} is no plan of this version of ecsctl: found version ${String(plan?.version)}, expected 1.`,
    hint: `ecsctl plan --out ${file}`,
  });
}

/** What a saved plan was made with; what is asked for now goes first (and then the plan is hardly the same). */
export const askedFor = ({ asked }: SavedPlan, now: Asked): Asked => ({
  adopt: now.adopt || asked?.adopt,
  image: now.image ?? asked?.image,
});

/** Throws a configuration error (exit 3) when what would be done now is not what was planned. */
export function requireSamePlan(saved: Plan, now: Plan): void {
  const essence = (plan: Plan) => plan.steps.map(({ id, action, changes }) => ({ id, action, changes }));
  // What JSON cannot hold (undefined) must not count as a difference.
  const current = JSON.parse(JSON.stringify(essence(now))) as ReturnType<typeof essence>;
  if (isDeepStrictEqual(essence(saved), current)) return;
  const before = new Map(essence(saved).map((step) => [step.id, step]));
  const different = current.filter((step) => !isDeepStrictEqual(before.get(step.id), step)).map((step) => step.id);
  throw configError({
    code: "PlanStale",
    message: `The saved plan is out of date: ${different.join(", ") || "steps are missing"} would be done differently now.`,
    why: "AWS or ecsctl.yaml changed after the plan was made.",
    hint: "Look at a new one: ecsctl plan",
  });
}

/** What somebody else made is used as it is, but a service that is not ours must be ours to be deployed to. */
export function refuseForeign(plan: Plan, adopt: boolean): void {
  if (adopt) return;
  const foreign = plan.steps.find(
    ({ resource, action, changes }) => resource === "ecs-service" && action === "adopt" && changes.length > 0,
  );
  if (!foreign) return;
  throw configError({
    code: "NotOurs",
    message: `The ${foreign.title} exists and was not made by this app, so it is not changed without your word.`,
    hint: "Use another service.name, or: ecsctl deploy --adopt",
  });
}

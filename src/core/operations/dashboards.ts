import { unlessMissing } from "../aws/missing.ts";
import type { Config } from "../config/schema.ts";
import type { Project } from "../config/project.ts";
import { dropDashboard, writeDashboard } from "../config/write-alarms.ts";
import type { Context } from "../context.ts";
import { awsError, usageError } from "../errors.ts";
import { isOwned } from "../plan/build.ts";
import { type Node, readNodes } from "../plan/graph.ts";
import { buildAlarmNodes } from "./alarm-graph.ts";
import { applyNodes, deleteNode, refuseForeign } from "./apply-nodes.ts";
import { buildBalancerNodes } from "./balancer-graph.ts";
import { blindFacts } from "./blind-facts.ts";
import { buildDashboardNodes, dashboardName } from "./dashboard-graph.ts";

/** The document of `dashboard create --json` and `dashboard open --json`. */
export interface DashboardResult {
  name: string;
  /** In the AWS console. */
  url: string;
  widgets: number;
}

/** Where the AWS console shows a dashboard. */
export const dashboardUrl = (region: string, name: string): string =>
  `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${name}`;

/** Makes the app's dashboard, in AWS and then in `ecsctl.yaml`. Throws an AWS error when somebody else's has the name. */
export async function createDashboard(
  context: Context,
  project: Project,
  wanted: string | undefined,
): Promise<DashboardResult> {
  const before = project.config.dashboard;
  const config = { ...project.config, dashboard: { ...before, ...(wanted === undefined ? {} : { name: wanted }) } };
  if (before && wanted !== undefined && dashboardName(project.config) !== wanted)
    throw usageError({
      code: "DashboardExists",
      message: `The dashboard of ${config.app} is ${dashboardName(project.config)}.`,
      hint: "ecsctl dashboard remove, then create it with the other name",
    });
  const nodes = await readShown(context, config);
  const [own] = nodes;
  if (own) await refuseForeign(config, own, "ecsctl dashboard create --name ANOTHER");
  await applyNodes(context, config, nodes);
  await writeDashboard(project, wanted);
  return findDashboard(context, { ...project, config });
}

/** The dashboard's node, and what it shows, which must be there already and is left as it is. */
async function readShown({ aws }: Context, config: Config): Promise<Node[]> {
  const [own] = buildDashboardNodes(aws, config);
  const { network } = blindFacts;
  const all = [...buildAlarmNodes(aws, config), ...(network ? buildBalancerNodes(aws, config, network) : [])];
  const shown = all.filter(({ id }) => own?.needs.includes(id));
  const lives = await readNodes(shown);
  const missing = shown.filter(({ id }) => !lives.get(id)).map(({ title }) => title);
  if (missing.length > 0)
    throw awsError({
      code: "NotDeployed",
      message: `The dashboard shows ${missing.join(", ")}, which is not there yet.`,
      hint: "ecsctl deploy",
    });
  return [...(own ? [own] : []), ...shown.map((node) => ({ ...node, needs: [], diff: () => [] }))];
}

/** The dashboard as CloudWatch has it. Throws an AWS error (exit 4) when there is none. */
export async function readDashboard({ aws }: Context, { config }: Project): Promise<{ name: string; body: string }> {
  const name = dashboardName(config);
  const found = await unlessMissing(
    aws.call("cloudwatch", "GetDashboard", { DashboardName: name }),
    "DashboardNotFoundError",
    "ResourceNotFound",
  );
  if (found) return { name, body: found.DashboardBody ?? "{}" };
  throw awsError({ code: "NoDashboard", message: `There is no dashboard ${name}.`, hint: "ecsctl dashboard create" });
}

/** Where the dashboard is. Throws an AWS error (exit 4) when there is none. */
export async function findDashboard(context: Context, project: Project): Promise<DashboardResult> {
  const { name, body } = await readDashboard(context, project);
  const { widgets = [] } = JSON.parse(body) as { widgets?: unknown[] };
  return { name, url: dashboardUrl(context.aws.region, name), widgets: widgets.length };
}

/** Deletes the dashboard, in AWS and in `ecsctl.yaml`. */
export async function removeDashboard(context: Context, project: Project): Promise<{ removed: string }> {
  const config = { ...project.config, dashboard: project.config.dashboard ?? {} };
  const [node] = buildDashboardNodes(context.aws, config);
  const live = await node?.read();
  if (!live && !project.config.dashboard)
    throw usageError({
      code: "NoDashboard",
      message: `There is no dashboard ${dashboardName(config)}.`,
      hint: "ecsctl dashboard create",
    });
  if (live && !isOwned(live, config.app))
    throw awsError({ code: "NotOurs", message: `Dashboard ${dashboardName(config)} was not made by ${config.app}.` });
  if (node && live) await deleteNode(context, node);
  await dropDashboard(project);
  return { removed: dashboardName(config) };
}

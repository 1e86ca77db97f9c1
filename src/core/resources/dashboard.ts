import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import { awsError } from "../errors.ts";
import { isTagChange, type LiveParts, type Resource } from "../plan/resource.ts";
import { diffFields, diffTags } from "./diff-fields.ts";
import { fromTags, regionTag, toUpperTags, type Tags } from "./tags.ts";

export interface DashboardSpec {
  name: string;
  /** JSON, as CloudWatch takes it. */
  body: string;
  tags: Tags;
}

export interface DashboardLive extends LiveParts {
  body: string;
  outputs: { arn: string };
}

const gone = ["ResourceNotFound", "DashboardNotFoundError", "ResourceNotFoundException"] as const;

/** CloudWatch keeps the text, so that only what it means is compared. */
function meaning(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

async function read(aws: Aws, spec: DashboardSpec): Promise<DashboardLive | undefined> {
  const found = await unlessMissing(aws.call("cloudwatch", "GetDashboard", { DashboardName: spec.name }), ...gone);
  if (!found) return undefined;
  const arn = found.DashboardArn ?? "";
  const answer = await unlessMissing(aws.call("cloudwatch", "ListTagsForResource", { ResourceARN: arn }), ...gone);
  return { body: found.DashboardBody ?? "", tags: fromTags(answer?.Tags), outputs: { arn } };
}

async function put(aws: Aws, spec: DashboardSpec, tags: Tags | undefined): Promise<void> {
  const answer = await aws.call("cloudwatch", "PutDashboard", {
    DashboardName: spec.name,
    DashboardBody: spec.body,
    ...(tags === undefined ? {} : { Tags: toUpperTags(tags) }),
  });
  const [fault] = answer.DashboardValidationMessages ?? [];
  if (fault)
    throw awsError({
      code: "DashboardRefused",
      message: `CloudWatch does not like dashboard ${spec.name}: ${fault.DataPath ?? ""}: ${fault.Message ?? ""}`,
    });
}

/** One change for the whole body: its widgets are told apart by nothing. */
const bodyChange = (spec: DashboardSpec, live: DashboardLive | undefined) =>
  diffFields({ widgets: meaning(spec.body) }, live && { widgets: meaning(live.body) }).map(({ path }) =>
    live ? { path, from: "other widgets", to: countWidgets(spec.body) } : { path, to: countWidgets(spec.body) },
  );

function countWidgets(body: string): string {
  const { widgets = [] } = (meaning(body) as { widgets?: unknown[] } | null) ?? {};
  return `${widgets.length} widgets`;
}

/** A CloudWatch dashboard. */
export const dashboard: Resource<DashboardSpec, DashboardLive> = {
  kind: "dashboard",
  read,
  diff: (spec, live) => [...bodyChange(spec, live), ...diffTags(spec.tags, live?.tags)],
  async create(aws, spec) {
    await put(aws, spec, { ...spec.tags, [regionTag]: aws.region });
    return { body: spec.body, tags: spec.tags, outputs: { arn: "" } };
  },
  async update(aws, spec, live, changes) {
    if (!changes.every(isTagChange)) await put(aws, spec, undefined);
    if (changes.some(isTagChange))
      await aws.call("cloudwatch", "TagResource", { ResourceARN: live.outputs.arn, Tags: toUpperTags(spec.tags) });
    return live;
  },
  async delete(aws, spec) {
    await unlessMissing(aws.call("cloudwatch", "DeleteDashboards", { DashboardNames: [spec.name] }), ...gone);
  },
};

import { DashboardInvalidInputError, DashboardNotFoundError } from "@aws-sdk/client-cloudwatch";
import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import { type Handler, meta, page } from "../../wire/api.ts";
import { type DashboardRecord, dashboards } from "../../world/records/dashboards.ts";
import { accountId, type Region } from "../../world/world.ts";
import { checkDashboard } from "./check-dashboard.ts";

function find(region: Region, name = ""): DashboardRecord {
  const found = dashboards(region).get(name);
  if (found) return found;
  throw new DashboardNotFoundError({ message: `Dashboard ${name} does not exist`, ...meta });
}

const refuse = (messages: cloudwatch.DashboardValidationMessage[]): DashboardInvalidInputError =>
  new DashboardInvalidInputError({
    message: `The field DashboardBody must be a valid JSON object`,
    dashboardValidationMessages: messages,
    ...meta,
  });

/** Makes a dashboard or replaces one; what its widgets lack is told, and it is kept all the same. */
export const putDashboard: Handler<typeof cloudwatch, "PutDashboard"> = (input, { region }) => {
  const name = input.DashboardName ?? "";
  if (!/^[\w-]{1,255}$/.test(name))
    throw refuse([{ DataPath: "dashboardName", Message: `The value ${name} for field DashboardName is invalid.` }]);
  const { refused, messages } = checkDashboard(input.DashboardBody ?? "");
  if (refused) throw refuse([refused]);
  const existing = dashboards(region).get(name);
  dashboards(region).set(name, {
    name,
    arn: `arn:aws:cloudwatch::${accountId}:dashboard/${name}`,
    body: input.DashboardBody ?? "",
    changedAt: region.world.clock.date(),
    tags: existing?.tags ?? Object.fromEntries((input.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
  });
  return { DashboardValidationMessages: messages };
};

export const getDashboard: Handler<typeof cloudwatch, "GetDashboard"> = (input, { region }) => {
  const { arn, name, body } = find(region, input.DashboardName);
  return { DashboardArn: arn, DashboardName: name, DashboardBody: body };
};

export const listDashboards: Handler<typeof cloudwatch, "ListDashboards"> = (input, { region }) => {
  const named = [...dashboards(region).values()].filter(({ name }) => name.startsWith(input.DashboardNamePrefix ?? ""));
  const { items, next } = page(named, input.NextToken, 1000);
  return {
    DashboardEntries: items.map(({ arn, name, body, changedAt }) => ({
      DashboardArn: arn,
      DashboardName: name,
      LastModified: changedAt,
      Size: Buffer.byteLength(body),
    })),
    ...(next ? { NextToken: next } : {}),
  };
};

/** All or none: one that is not there keeps the others (DeleteDashboards, API reference). */
export const deleteDashboards: Handler<typeof cloudwatch, "DeleteDashboards"> = (input, { region }) => {
  const found = (input.DashboardNames ?? []).map((name) => find(region, name));
  for (const { name } of found) dashboards(region).delete(name);
  return {};
};

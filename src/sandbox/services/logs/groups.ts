import {
  InvalidParameterException,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  type LogGroup,
} from "@aws-sdk/client-cloudwatch-logs";
import type * as logs from "@aws-sdk/client-cloudwatch-logs";
import { meta, page, type Handler } from "../../wire/api.ts";
import { logGroups, type LogGroupRecord } from "../../world/records/logs.ts";
import type { Region } from "../../world/world.ts";

/** The group that a request names or identifies by ARN. Throws AWS's error when there is none. */
export function findGroup(region: Region, nameOrArn: string | undefined): LogGroupRecord {
  const name = nameOrArn?.startsWith("arn:") ? nameOrArn.split(":log-group:")[1]?.replace(/:\*$/, "") : nameOrArn;
  const group = logGroups(region).get(name ?? "");
  if (!group) throw new ResourceNotFoundException({ message: "The specified log group does not exist.", ...meta });
  return group;
}

const arnOf = (region: Region, name: string): string => region.arn("logs", `log-group:${name}`);

function describeGroup(region: Region, group: LogGroupRecord): LogGroup {
  return {
    logGroupName: group.name,
    creationTime: group.createdAt,
    ...(group.retentionDays === undefined ? {} : { retentionInDays: group.retentionDays }),
    metricFilterCount: 0,
    arn: `${arnOf(region, group.name)}:*`,
    storedBytes: group.events.reduce((sum, { message }) => sum + message.length + 26, 0),
    logGroupClass: "STANDARD",
    logGroupArn: arnOf(region, group.name),
  };
}

export const createLogGroup: Handler<typeof logs, "CreateLogGroup"> = (input, { region }) => {
  const name = input.logGroupName ?? "";
  if (!/^[\w./#-]{1,512}$/.test(name))
    throw new InvalidParameterException({
      message: `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
      ...meta,
    });
  if (logGroups(region).has(name))
    throw new ResourceAlreadyExistsException({ message: "The specified log group already exists", ...meta });
  const createdAt = Math.floor(region.world.clock.now());
  logGroups(region).set(name, { name, createdAt, tags: input.tags ?? {}, streams: {}, events: [], eventCount: 0 });
  return {};
};

export const deleteLogGroup: Handler<typeof logs, "DeleteLogGroup"> = (input, { region }) => {
  logGroups(region).delete(findGroup(region, input.logGroupName).name);
  return {};
};

export const describeLogGroups: Handler<typeof logs, "DescribeLogGroups"> = (input, { region }) => {
  const matching = [...logGroups(region).values()]
    .filter(({ name }) => name.startsWith(input.logGroupNamePrefix ?? ""))
    .filter(({ name }) => !input.logGroupNamePattern || name.includes(input.logGroupNamePattern))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { items, next } = page(matching, input.nextToken, input.limit ?? 50);
  return { logGroups: items.map((group) => describeGroup(region, group)), ...(next ? { nextToken: next } : {}) };
};

/** The only values that AWS takes. */
const retentions = new Set([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]);

export const putRetentionPolicy: Handler<typeof logs, "PutRetentionPolicy"> = (input, { region }) => {
  const group = findGroup(region, input.logGroupName);
  if (!retentions.has(input.retentionInDays ?? 0))
    throw new InvalidParameterException({
      message: `1 validation error detected: Value '${input.retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${[...retentions].join(", ")}]`,
      ...meta,
    });
  group.retentionDays = input.retentionInDays;
  return {};
};

export const deleteRetentionPolicy: Handler<typeof logs, "DeleteRetentionPolicy"> = (input, { region }) => {
  delete findGroup(region, input.logGroupName).retentionDays;
  return {};
};

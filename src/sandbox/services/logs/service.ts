import * as module from "@aws-sdk/client-cloudwatch-logs";
import type { ServiceModule } from "../../wire/api.ts";
import { filterLogEvents, getLogEvents, putLogEvents } from "./events.ts";
import * as groups from "./groups.ts";
import * as queries from "./queries.ts";
import * as policies from "./resource-policies.ts";
import { createLogStream, deleteLogStream, describeLogStreams } from "./streams.ts";
import { listTagsForResource, tagResource, untagResource } from "./tags.ts";

export const service: ServiceModule<typeof module> = {
  module,
  Client: module.CloudWatchLogsClient,
  handlers: {
    CreateLogGroup: groups.createLogGroup,
    CreateLogStream: createLogStream,
    DeleteLogGroup: groups.deleteLogGroup,
    DeleteLogStream: deleteLogStream,
    DeleteResourcePolicy: policies.deleteResourcePolicy,
    DeleteRetentionPolicy: groups.deleteRetentionPolicy,
    DescribeLogGroups: groups.describeLogGroups,
    DescribeLogStreams: describeLogStreams,
    DescribeQueries: queries.describeQueries,
    DescribeResourcePolicies: policies.describeResourcePolicies,
    FilterLogEvents: filterLogEvents,
    GetLogEvents: getLogEvents,
    GetQueryResults: queries.getQueryResults,
    ListTagsForResource: listTagsForResource,
    PutLogEvents: putLogEvents,
    PutResourcePolicy: policies.putResourcePolicy,
    PutRetentionPolicy: groups.putRetentionPolicy,
    StartQuery: queries.startQuery,
    StopQuery: queries.stopQuery,
    TagResource: tagResource,
    UntagResource: untagResource,
  },
};

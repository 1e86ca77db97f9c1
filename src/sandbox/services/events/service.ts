import * as module from "@aws-sdk/client-eventbridge";
import type { ServiceModule } from "../../wire/api.ts";
import { putEvents, testEventPattern } from "./put-events.ts";
import * as rules from "./rules.ts";
import { listTagsForResource, tagResource, untagResource } from "./tags.ts";
import { listTargetsByRule, putTargets, removeTargets } from "./targets.ts";

export const service: ServiceModule<typeof module> = {
  module,
  Client: module.EventBridgeClient,
  handlers: {
    DeleteRule: rules.deleteRule,
    DescribeRule: rules.describeRule,
    DisableRule: rules.disableRule,
    EnableRule: rules.enableRule,
    ListRuleNamesByTarget: rules.listRuleNamesByTarget,
    ListRules: rules.listRules,
    ListTagsForResource: listTagsForResource,
    ListTargetsByRule: listTargetsByRule,
    PutEvents: putEvents,
    PutRule: rules.putRule,
    PutTargets: putTargets,
    RemoveTargets: removeTargets,
    TagResource: tagResource,
    TestEventPattern: testEventPattern,
    UntagResource: untagResource,
  },
};

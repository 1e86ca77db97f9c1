export { AutoScalingClient as Client } from "@aws-sdk/client-auto-scaling";
export {
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  DescribeTagsCommand,
  SetInstanceProtectionCommand,
  UpdateAutoScalingGroupCommand,
  CreateOrUpdateTagsCommand,
} from "@aws-sdk/client-auto-scaling";

import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { writeCloudFormation } from "../../../src/core/export/cloudformation/template.ts";
import type { Exported } from "../../../src/core/export/source.ts";
import { describeExport, everything, readTemplate } from "../../support/exports.ts";

interface Resource {
  Type: string;
  DependsOn?: string[];
  DeletionPolicy: string;
  UpdateReplacePolicy: string;
  Properties: Record<string, unknown>;
}
interface Template {
  Parameters?: Record<string, { Default: string }>;
  Resources: Record<string, Resource>;
}
interface Import {
  ResourceType: string;
  LogicalResourceId: string;
  ResourceIdentifier: Record<string, string>;
}

const content = ({ files }: Exported, name: string): string => files.find((file) => file.name === name)?.content ?? "";
const templateOf = (exported: Exported): Template => parse(content(exported, "template.yaml")) as Template;
const importsOf = (exported: Exported): Import[] =>
  JSON.parse(content(exported, "resources-to-import.json")) as Import[];

/** Required properties and what identifies a resource, from CloudFormation's own schemas of the types. */
const schemas: Readonly<Record<string, { required?: string[]; id: string[] }>> = {
  "AWS::ECR::Repository": { id: ["RepositoryName"] },
  "AWS::ECS::Cluster": { id: ["ClusterName"] },
  "AWS::ECS::ClusterCapacityProviderAssociations": {
    required: ["Cluster", "DefaultCapacityProviderStrategy"],
    id: ["Cluster"],
  },
  "AWS::IAM::Role": { required: ["AssumeRolePolicyDocument"], id: ["RoleName"] },
  "AWS::IAM::InstanceProfile": { required: ["Roles"], id: ["InstanceProfileName"] },
  "AWS::EC2::SecurityGroup": { required: ["GroupDescription"], id: ["Id"] },
  "AWS::EC2::LaunchTemplate": { required: ["LaunchTemplateData"], id: ["LaunchTemplateId"] },
  "AWS::AutoScaling::AutoScalingGroup": { required: ["MinSize", "MaxSize"], id: ["AutoScalingGroupName"] },
  "AWS::ECS::CapacityProvider": { id: ["Name"] },
  "AWS::Logs::LogGroup": { id: ["LogGroupName"] },
  "AWS::ECS::TaskDefinition": { id: ["TaskDefinitionArn"] },
  "AWS::ECS::Service": { id: ["ServiceArn", "Cluster"] },
  "AWS::ElasticLoadBalancingV2::LoadBalancer": { id: ["LoadBalancerArn"] },
  "AWS::ElasticLoadBalancingV2::TargetGroup": { id: ["TargetGroupArn"] },
  "AWS::ElasticLoadBalancingV2::Listener": { required: ["LoadBalancerArn", "DefaultActions"], id: ["ListenerArn"] },
  "AWS::SNS::Topic": { id: ["TopicArn"] },
  "AWS::SNS::Subscription": { required: ["TopicArn", "Protocol"], id: ["Arn"] },
  "AWS::CloudWatch::Alarm": { required: ["EvaluationPeriods", "ComparisonOperator"], id: ["AlarmName"] },
  "AWS::CloudWatch::CompositeAlarm": { required: ["AlarmRule"], id: ["AlarmName"] },
  "AWS::CloudWatch::Dashboard": { required: ["DashboardBody"], id: ["DashboardName"] },
  "AWS::Events::Rule": { id: ["Arn"] },
  "AWS::Logs::ResourcePolicy": { required: ["PolicyName", "PolicyDocument"], id: ["PolicyName"] },
  "AWS::SQS::Queue": { id: ["QueueUrl"] },
  "AWS::ApplicationAutoScaling::ScalableTarget": {
    required: ["ResourceId", "ServiceNamespace", "ScalableDimension", "MinCapacity", "MaxCapacity"],
    id: ["ResourceId", "ScalableDimension", "ServiceNamespace"],
  },
  "AWS::ApplicationAutoScaling::ScalingPolicy": {
    required: ["PolicyName", "PolicyType"],
    id: ["Arn", "ScalableDimension"],
  },
};

/** Every `Ref` and `GetAtt` in a value. */
function refersTo(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const { Ref, "Fn::GetAtt": attribute } = value as { Ref?: string; "Fn::GetAtt"?: [string, string] };
  if (Ref !== undefined) return [Ref];
  if (attribute !== undefined) return [attribute[0]];
  return Object.values(value).flatMap(refersTo);
}

for (const [name, config] of [
  ["flash-sale", readTemplate("flash-sale")],
  ["api", readTemplate("api")],
  ["everything", everything()],
] as const) {
  test(`${name}: every resource has what its type requires, and refers to what is there`, async () => {
    const exported = writeCloudFormation(await describeExport(config, { live: true }));
    const { Resources, Parameters = {} } = templateOf(exported);
    const known = new Set([...Object.keys(Resources), ...Object.keys(Parameters)]);
    for (const [logicalId, resource] of Object.entries(Resources)) {
      assert.match(logicalId, /^[A-Za-z0-9]{1,255}$/);
      const schema = schemas[resource.Type];
      assert.ok(schema, `the table of this test does not know ${resource.Type}`);
      for (const property of schema.required ?? [])
        assert.ok(property in resource.Properties, `${logicalId} ${property}`);
      for (const other of [...refersTo(resource.Properties), ...(resource.DependsOn ?? [])])
        assert.ok(known.has(other), `${logicalId} refers to ${other}, which is not there`);
      assert.equal(resource.DeletionPolicy, "Retain");
      assert.equal(resource.UpdateReplacePolicy, "Retain");
    }
    assert.doesNotMatch(content(exported, "template.yaml"), /⟪|⟫|undefined|known after/);
  });

  test(`${name}: everything that exists is taken over by what identifies its type`, async () => {
    const exported = writeCloudFormation(await describeExport(config, { live: true }));
    const { Resources } = templateOf(exported);
    const imports = importsOf(exported);
    assert.deepEqual(imports.map((one) => one.LogicalResourceId).sort(), Object.keys(Resources).sort());
    for (const { ResourceType, LogicalResourceId, ResourceIdentifier } of imports) {
      assert.equal(ResourceType, Resources[LogicalResourceId]?.Type);
      assert.deepEqual(Object.keys(ResourceIdentifier), schemas[ResourceType]?.id, ResourceType);
      for (const value of Object.values(ResourceIdentifier)) assert.match(value, /^[^⟪]+$/);
    }
  });
}

test("metrics of the load balancer are found by what metrics call it, not by its ARN", async () => {
  const exported = writeCloudFormation(await describeExport(everything(), { live: true }));
  const { Resources } = templateOf(exported);
  const balancer = { "Fn::GetAtt": ["LoadBalancerLearnerSvc", "LoadBalancerFullName"] };
  const group = { "Fn::GetAtt": ["TargetGroupLearnerSvc", "TargetGroupFullName"] };
  const policy = Resources["ScalingPolicyRequests"]?.Properties["TargetTrackingScalingPolicyConfiguration"];
  assert.deepEqual((policy as { PredefinedMetricSpecification: object }).PredefinedMetricSpecification, {
    PredefinedMetricType: "ALBRequestCountPerTarget",
    ResourceLabel: { "Fn::Join": ["", [balancer, "/", group]] },
  });
  const alarm = Object.values(Resources).find(({ Properties }) => Properties["MetricName"] === "RequestCountPerTarget");
  assert.deepEqual(alarm?.Properties["Dimensions"], [
    { Name: "LoadBalancer", Value: balancer },
    { Name: "TargetGroup", Value: group },
  ]);
  const board = JSON.stringify(Resources["DashboardLearnerSvc"]?.Properties["DashboardBody"]);
  assert.ok(board.includes(JSON.stringify(balancer)) && !board.includes('{"Ref":"LoadBalancerLearnerSvc"}'));
});

test("a topic of a new stack still lets the account's alarms in", async () => {
  const exported = writeCloudFormation(await describeExport(everything()));
  const { PolicyDocument } = templateOf(exported).Resources["SnsTopicAlertsPolicy"]?.Properties ?? {};
  const { Statement } = PolicyDocument as { Statement: { Sid: string }[] };
  assert.deepEqual(
    Statement.map(({ Sid }) => Sid),
    ["__default_statement_ID", "ecsctl-events"],
  );
});

test("what was never made is described, and nothing is taken over", async () => {
  const exported = writeCloudFormation(await describeExport(readTemplate("api")));
  assert.deepEqual(importsOf(exported), []);
  assert.ok(exported.resources.length > 10);
});

test("what somebody else made is a parameter with its present value", async () => {
  const exported = writeCloudFormation(
    await describeExport(readTemplate("api"), { live: true, adopted: ["iam-role"] }),
  );
  const { Resources, Parameters = {} } = templateOf(exported);
  assert.ok(Object.values(Resources).every(({ Type }) => Type !== "AWS::IAM::Role"));
  const parameter = Parameters["IamRoleEcsTaskExecutionRoleArn"];
  assert.match(parameter?.Default ?? "", /^arn:aws:.*ecsTaskExecutionRole$/);
  const definition = Object.values(Resources).find(({ Type }) => Type === "AWS::ECS::TaskDefinition");
  assert.deepEqual(definition?.Properties["ExecutionRoleArn"], { Ref: "IamRoleEcsTaskExecutionRoleArn" });
  assert.ok(exported.adopted.includes("iam-role/ecsTaskExecutionRole"));
});

test("an address that has not confirmed is described, told, and not taken over", async () => {
  const config = readTemplate("api");
  if (config.notify) config.notify.emails = ["me@example.com"];
  const subject = await describeExport(config, { live: true });
  for (const source of subject.sources)
    if (source.kind === "sns-subscription") (source.live as { arn?: string }).arn = "PendingConfirmation";
  const exported = writeCloudFormation(subject);
  assert.ok(exported.resources.includes("sns-subscription/dev-learner-svc-alerts/me@example.com"));
  assert.ok(importsOf(exported).every(({ ResourceType }) => ResourceType !== "AWS::SNS::Subscription"));
  assert.match(exported.remarks.join(), /me@example\.com/);
});

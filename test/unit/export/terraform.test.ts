import assert from "node:assert/strict";
import { test } from "node:test";
import { mark } from "../../../src/core/export/references.ts";
import type { Exported } from "../../../src/core/export/source.ts";
import { writeTerraform } from "../../../src/core/export/terraform/configuration.ts";
import { block, raw, toBody, toSnake, writeBlock } from "../../../src/core/export/terraform/hcl.ts";
import { describeExport, everything, readTemplate } from "../../support/exports.ts";

const content = ({ files }: Exported, name: string): string => files.find((file) => file.name === name)?.content ?? "";

/** Each `resource "type" "name" { … }` of a file: its address and its text. */
function resourcesOf(text: string): { type: string; address: string; text: string }[] {
  return text
    .split(/^(?=resource |data |terraform |provider )/m)
    .map((part) => ({ part, match: /^(resource|data) "([a-z0-9_]+)" "([a-z0-9_]+)" \{/.exec(part) }))
    .flatMap(({ part, match }) => {
      const [, word, type = "", name] = match ?? [];
      return match ? [{ type, address: `${word === "data" ? "data." : ""}${type}.${name}`, text: part }] : [];
    });
}

/** Arguments that the AWS provider requires, from its documentation. */
const required: Readonly<Record<string, string[]>> = {
  aws_appautoscaling_policy: ["name", "resource_id", "scalable_dimension", "service_namespace"],
  aws_appautoscaling_scheduled_action: ["name", "resource_id", "scalable_dimension", "service_namespace", "schedule"],
  aws_appautoscaling_target: ["max_capacity", "min_capacity", "resource_id", "scalable_dimension", "service_namespace"],
  aws_autoscaling_group: ["max_size", "min_size"],
  aws_cloudwatch_composite_alarm: ["alarm_name", "alarm_rule"],
  aws_cloudwatch_dashboard: ["dashboard_body", "dashboard_name"],
  aws_cloudwatch_event_rule: ["name"],
  aws_cloudwatch_event_target: ["arn", "rule"],
  aws_cloudwatch_log_group: ["name"],
  aws_cloudwatch_log_resource_policy: ["policy_document", "policy_name"],
  aws_cloudwatch_metric_alarm: ["alarm_name", "comparison_operator", "evaluation_periods"],
  aws_ecr_repository: ["name"],
  aws_ecs_capacity_provider: ["name", "auto_scaling_group_provider"],
  aws_ecs_cluster: ["name"],
  aws_ecs_cluster_capacity_providers: ["cluster_name"],
  aws_ecs_service: ["name"],
  aws_ecs_task_definition: ["container_definitions", "family"],
  aws_iam_instance_profile: ["name", "role"],
  aws_iam_role: ["assume_role_policy"],
  aws_iam_role_policy: ["policy", "role"],
  aws_iam_role_policy_attachment: ["policy_arn", "role"],
  aws_launch_template: ["name"],
  aws_lb: ["name"],
  aws_lb_listener: ["default_action", "load_balancer_arn"],
  aws_lb_target_group: ["name"],
  aws_security_group: ["name", "description", "vpc_id"],
  aws_sns_topic: ["name"],
  aws_sqs_queue: ["name"],
  aws_sns_topic_subscription: ["endpoint", "protocol", "topic_arn"],
};

for (const [name, config] of [
  ["flash-sale", readTemplate("flash-sale")],
  ["api", readTemplate("api")],
  ["everything", everything()],
] as const) {
  test(`${name}: every resource has what the provider requires, and refers to what is there`, async () => {
    const exported = writeTerraform(await describeExport(config, { live: true }));
    const main = content(exported, "main.tf");
    const resources = resourcesOf(main);
    const known = new Set(resources.map(({ address }) => address));
    assert.equal(known.size, resources.length, "addresses are unique");
    for (const { type, address, text } of resources) {
      assert.ok(required[type], `the table of this test does not know ${type}`);
      for (const argument of required[type] ?? []) assert.match(text, new RegExp(`^  ${argument} +[={]`, "m"), address);
      const quoted = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
      for (const [other] of quoted.matchAll(/(?:data\.)?\baws_[a-z0-9_]+\.[a-z0-9_]+/g))
        assert.ok(known.has(other), `${address} refers to ${other}, which is not there`);
    }
    assert.doesNotMatch(main, /⟪|⟫|undefined|known after|\[object/);
  });

  test(`${name}: what exists is taken over once, by an id`, async () => {
    const exported = writeTerraform(await describeExport(config, { live: true }));
    const known = resourcesOf(content(exported, "main.tf")).map(({ address }) => address);
    const imports = [...content(exported, "imports.tf").matchAll(/to = (\S+)\n {2}id = "([^"]+)"/g)];
    const taken = imports.map(([, address = ""]) => address);
    assert.equal(new Set(taken).size, taken.length);
    const left = known.filter((address) => !taken.includes(address));
    assert.ok(
      left.every((address) => address.startsWith("aws_appautoscaling_scheduled_action.")),
      left.join(),
    );
    assert.deepEqual(
      taken.filter((address) => !known.includes(address)),
      [],
    );
  });
}

test("what somebody else made is looked up, not described", async () => {
  const exported = writeTerraform(await describeExport(readTemplate("api"), { live: true, adopted: ["iam-role"] }));
  const main = content(exported, "main.tf");
  assert.doesNotMatch(main, /resource "aws_iam_role/);
  assert.match(main, /data "aws_iam_role" "ecstaskexecutionrole" \{\n {2}name = "ecsTaskExecutionRole"\n\}/);
  assert.match(main, /execution_role_arn += data\.aws_iam_role\.ecstaskexecutionrole\.arn/);
  assert.doesNotMatch(content(exported, "imports.tf"), /aws_iam_role/);
});

test("what an import gives in another form is written in that form, or the provider would replace it", async () => {
  const main = content(writeTerraform(await describeExport(everything(), { live: true })), "main.tf");
  assert.match(main, /^ {2}cluster += aws_ecs_cluster\.learner_cluster\.arn$/m);
  const label = '"${aws_lb.learner_svc.arn_suffix}/${aws_lb_target_group.learner_svc.arn_suffix}"';
  assert.ok(main.includes(`resource_label         = ${label}`));
  assert.match(main, /"LoadBalancer",\n +aws_lb\.learner_svc\.arn_suffix,/);
});

test("ids stand as the provider wants them", async () => {
  const imports = content(
    writeTerraform(await describeExport(readTemplate("flash-sale"), { live: true })),
    "imports.tf",
  );
  for (const id of [
    "flash-sale-cluster/flash-sale-service",
    "sg-0123456789abcdef0",
    "lt-0123456789abcdef0",
    "ecsInstanceRole/arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role",
  ])
    assert.ok(imports.includes(`id = "${id}"`), id);
});

test("texts are themselves, whatever stands in them", () => {
  const refer = (): string => "aws_x.y.arn";
  assert.equal(writeBlock("a", { b: 'say "${c}" %{d}\n' }, refer), 'a {\n  b = "say \\"$${c}\\" %%{d}\\n"\n}\n');
  assert.equal(writeBlock("a", { b: mark("x/y", "arn") }, refer), "a {\n  b = aws_x.y.arn\n}\n");
  assert.equal(writeBlock("a", { b: `${mark("x/y", "arn")}:*` }, refer), 'a {\n  b = "${aws_x.y.arn}:*"\n}\n');
  assert.equal(
    writeBlock("a", { b: undefined, c: raw("[d]"), e: block({}) }, refer),
    "a {\n  c = [d]\n  e {\n  }\n}\n",
  );
});

test("the API's names become the provider's", () => {
  assert.equal(toSnake("ScaleInCooldown"), "scale_in_cooldown");
  assert.equal(toSnake("OKActions"), "ok_actions");
  assert.equal(toSnake("StepAdjustments"), "step_adjustment");
  assert.deepEqual(toBody({ A: { BC: 1 }, D: [{ E: "f" }] }), {
    a: { blocks: [{ bc: 1 }] },
    d: { blocks: [{ e: "f" }] },
  });
});

import { Args, Flags } from "@oclif/core";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { addEventRule, type AddRuleResult } from "../../core/operations/event-rules.ts";
import { formatAddedRule } from "../../core/output/event-rule-view.ts";

export default class AddEventRule extends BaseCommand<AddRuleResult> {
  static override summary = "Send events of the service somewhere, in AWS and in ecsctl.yaml.";
  static override description =
    "Makes an EventBridge rule, and the queue or log group that it leads to, with the policies that let EventBridge in.";
  static override examples = [
    "<%= config.bin %> <%= command.id %> crashed --on task-stopped --to notify",
    "<%= config.bin %> <%= command.id %> failed --on deployment-failed --to sqs:shop-errors --to logs:/aws/events/shop",
    `<%= config.bin %> <%= command.id %> steady --pattern '{"source":["aws.ecs"],"detail":{"eventName":["SERVICE_STEADY_STATE"]}}' --to notify`,
  ];
  static override args = { name: Args.string({ required: true, description: "Name of the rule." }) };
  static override flags = {
    on: Flags.string({
      options: ["task-stopped", "deployment-failed", "service-impaired"],
      description: "A task stopped with an error; a deployment failed; the service cannot start or place tasks.",
    }),
    pattern: Flags.string({ helpValue: "JSON", description: "An event pattern of your own, in place of --on." }),
    to: Flags.string({
      multiple: true,
      required: true,
      helpValue: "notify|sqs:QUEUE|logs:GROUP",
      description: "Where events go; may be repeated.",
    }),
  };

  protected async execute(): Promise<AddRuleResult> {
    const { args, flags } = await this.parse(AddEventRule);
    const { on, pattern, to } = flags;
    return addEventRule(await this.context(), await this.project(), { name: args.name, on, pattern, to });
  }

  protected render(result: AddRuleResult): string {
    return formatAddedRule(result);
  }
}

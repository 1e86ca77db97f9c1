import { Args } from "@oclif/core";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { removeEventRule, type RemoveRuleResult } from "../../core/operations/event-rules.ts";

export default class RemoveEventRule extends BaseCommand<RemoveRuleResult> {
  static override summary = "Remove an event rule and what only it led to, in AWS and in ecsctl.yaml.";
  static override examples = ["<%= config.bin %> <%= command.id %> crashed"];
  static override args = { name: Args.string({ required: true, description: "Name of the rule." }) };

  protected async execute(): Promise<RemoveRuleResult> {
    const { args } = await this.parse(RemoveEventRule);
    return removeEventRule(await this.context(), await this.project(), args.name);
  }

  protected render({ removed, along }: RemoveRuleResult): string {
    const rest = along.length > 0 ? ` With it went ${along.join(", ")}.` : "";
    return `Event rule ${removed} is gone, in AWS and in ecsctl.yaml.${rest}`;
  }
}

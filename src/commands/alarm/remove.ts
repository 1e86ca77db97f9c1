import { Args } from "@oclif/core";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { removeAlarm, type RemoveAlarmResult } from "../../core/operations/remove-alarm.ts";

export default class RemoveAlarm extends BaseCommand<RemoveAlarmResult> {
  static override summary = "Remove an alarm, in AWS and in ecsctl.yaml.";
  static override examples = ["<%= config.bin %> <%= command.id %> busy"];
  static override args = { name: Args.string({ required: true, description: "Name of the alarm." }) };

  protected async execute(): Promise<RemoveAlarmResult> {
    const { args } = await this.parse(RemoveAlarm);
    return removeAlarm(await this.context(), await this.project(), args.name);
  }

  protected render({ removed, wasInAws, wasInFile }: RemoveAlarmResult): string {
    const where = [...(wasInAws ? ["in AWS"] : []), ...(wasInFile ? ["in ecsctl.yaml"] : [])];
    return `Alarm ${removed} is gone, ${where.join(" and ")}.`;
  }
}

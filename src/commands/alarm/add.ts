import { Args } from "@oclif/core";
import { alarmFlags, readAlarm } from "../../core/cli/alarm-flags.ts";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { addAlarm, type AddAlarmResult } from "../../core/operations/add-alarm.ts";
import { formatAddedAlarm } from "../../core/output/alarm-view.ts";

export default class AddAlarm extends BaseCommand<AddAlarmResult> {
  static override summary = "Watch a metric of the service, or other alarms, in AWS and in ecsctl.yaml.";
  static override description =
    "An alarm of the name that is there already is changed. Who hears of it: ecsctl notify add.";
  static override examples = [
    "<%= config.bin %> <%= command.id %> busy --metric cpu --threshold 80 --periods 3 --datapoints 2",
    "<%= config.bin %> <%= command.id %> backlog --metric AWS/SQS/ApproximateNumberOfMessagesVisible --dimension QueueName=jobs --statistic Maximum --threshold 100",
    "<%= config.bin %> <%= command.id %> overload --rule 'ALARM(busy) AND ALARM(backlog)'",
  ];
  static override args = { name: Args.string({ required: true, description: "Name of the alarm." }) };
  static override flags = alarmFlags;

  protected async execute(): Promise<AddAlarmResult> {
    const { args, flags } = await this.parse(AddAlarm);
    return addAlarm(await this.context(), await this.project(), readAlarm(args.name, flags));
  }

  protected render(result: AddAlarmResult): string {
    return formatAddedAlarm(result);
  }
}

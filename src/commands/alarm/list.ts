import { BaseCommand } from "../../core/cli/base-command.ts";
import { listAlarms, type ListAlarmsResult } from "../../core/operations/list-alarms.ts";
import { formatAlarms } from "../../core/output/alarm-view.ts";

export default class ListAlarms extends BaseCommand<ListAlarmsResult> {
  static override summary = "List the alarms of the service with their states, also those of scaling policies.";
  static override examples = ["<%= config.bin %> <%= command.id %>"];

  protected async execute(): Promise<ListAlarmsResult> {
    await this.parse(ListAlarms);
    return listAlarms(await this.context(), await this.project());
  }

  protected render(result: ListAlarmsResult): string {
    return formatAlarms(result);
  }
}

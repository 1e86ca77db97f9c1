import { BaseCommand } from "../../core/cli/base-command.ts";
import { listSubscribers, type SubscribersResult } from "../../core/operations/subscribers.ts";
import { formatSubscribers } from "../../core/output/notify-view.ts";

export default class ListSubscribers extends BaseCommand<SubscribersResult> {
  static override summary = "List who hears of alarms and events, and who has confirmed.";
  static override examples = ["<%= config.bin %> <%= command.id %>"];

  protected async execute(): Promise<SubscribersResult> {
    await this.parse(ListSubscribers);
    return listSubscribers(await this.context(), await this.project());
  }

  protected render(result: SubscribersResult): string {
    return formatSubscribers(result);
  }
}

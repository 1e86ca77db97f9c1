import { BaseCommand } from "../../core/cli/base-command.ts";
import { listEventRules, type ListRulesResult } from "../../core/operations/event-rules.ts";
import { formatRules } from "../../core/output/event-rule-view.ts";

export default class ListEventRules extends BaseCommand<ListRulesResult> {
  static override summary = "List the event rules of the service and where they lead.";
  static override examples = ["<%= config.bin %> <%= command.id %>"];

  protected async execute(): Promise<ListRulesResult> {
    await this.parse(ListEventRules);
    return listEventRules(await this.context(), await this.project());
  }

  protected render(result: ListRulesResult): string {
    return formatRules(result);
  }
}

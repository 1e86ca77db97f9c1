import { BaseCommand } from "../core/cli/base-command.ts";
import { readStatus } from "../core/operations/read-status.ts";
import { formatStatus } from "../core/output/status-view.ts";

type Result = Awaited<ReturnType<typeof readStatus>>;

export default class Status extends BaseCommand<Result> {
  static override summary = "Show the service in one picture: tasks, capacity, scaling, alarms, addresses.";
  static override examples = ["<%= config.bin %> status", "<%= config.bin %> status --json"];

  protected async execute(): Promise<Result> {
    await this.parse(Status);
    return readStatus(await this.context(), await this.project());
  }

  protected render(snapshot: Result): string {
    return formatStatus(snapshot);
  }
}

import { BaseCommand } from "../../core/cli/base-command.ts";
import { removeDashboard } from "../../core/operations/dashboards.ts";

export default class RemoveDashboard extends BaseCommand<{ removed: string }> {
  static override summary = "Remove the app's dashboard, in AWS and in ecsctl.yaml.";
  static override examples = ["<%= config.bin %> <%= command.id %>"];

  protected async execute(): Promise<{ removed: string }> {
    await this.parse(RemoveDashboard);
    return removeDashboard(await this.context(), await this.project());
  }

  protected render({ removed }: { removed: string }): string {
    return `Dashboard ${removed} is gone, in AWS and in ecsctl.yaml.`;
  }
}

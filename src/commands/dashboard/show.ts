import { BaseCommand } from "../../core/cli/base-command.ts";
import { durationFlag } from "../../core/cli/duration-flag.ts";
import { showDashboard, type ShownDashboard } from "../../core/operations/show-dashboard.ts";
import { formatDashboard } from "../../core/output/dashboard-view.ts";

export default class ShowDashboard extends BaseCommand<ShownDashboard> {
  static override summary = "Draw the app's dashboard here, from what CloudWatch knows; also in the sandbox.";
  static override examples = ["<%= config.bin %> <%= command.id %> --since 3h"];
  static override flags = {
    since: durationFlag({ default: 3600, defaultHelp: async () => "1h", description: "Only the last so much time." }),
  };

  protected async execute(): Promise<ShownDashboard> {
    const { flags } = await this.parse(ShowDashboard);
    return showDashboard(await this.context(), await this.project(), flags.since);
  }

  protected render(result: ShownDashboard): string {
    return formatDashboard(result, this.screen.columns);
  }
}

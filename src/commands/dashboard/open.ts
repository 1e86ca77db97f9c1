import { BaseCommand } from "../../core/cli/base-command.ts";
import { openInBrowser } from "../../core/cli/open-in-browser.ts";
import { type DashboardResult, findDashboard } from "../../core/operations/dashboards.ts";

export default class OpenDashboard extends BaseCommand<DashboardResult> {
  static override summary =
    "Show the app's dashboard in the browser; with --json or without a terminal, only say where.";
  static override examples = ["<%= config.bin %> <%= command.id %>"];

  protected async execute(): Promise<DashboardResult> {
    await this.parse(OpenDashboard);
    const result = await findDashboard(await this.context(), await this.project());
    if (!this.screen.json && this.screen.interactive) await openInBrowser(result.url);
    return result;
  }

  protected render({ url }: DashboardResult): string {
    return url;
  }
}

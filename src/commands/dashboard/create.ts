import { Flags } from "@oclif/core";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { openInBrowser } from "../../core/cli/open-in-browser.ts";
import { createDashboard, type DashboardResult } from "../../core/operations/dashboards.ts";

export default class CreateDashboard extends BaseCommand<DashboardResult> {
  static override summary = "Make one CloudWatch dashboard of the app, in AWS and in ecsctl.yaml.";
  static override description =
    "Utilisation against the target, desired and running tasks, requests and latency of the load balancer, alarms, errors in the logs. Made again, it shows what ecsctl.yaml says now.";
  static override examples = ["<%= config.bin %> <%= command.id %> --open"];
  static override flags = {
    name: Flags.string({ helpValue: "NAME", description: "Name of the dashboard; default the app's." }),
    open: Flags.boolean({ description: "Open it in the browser." }),
  };

  protected async execute(): Promise<DashboardResult> {
    const { flags } = await this.parse(CreateDashboard);
    const result = await createDashboard(await this.context(), await this.project(), flags.name);
    if (flags.open) await openInBrowser(result.url);
    return result;
  }

  protected render({ name, url, widgets }: DashboardResult): string {
    return `Dashboard ${name} has ${widgets} widgets; it is in ecsctl.yaml too.\n  ${url}`;
  }
}

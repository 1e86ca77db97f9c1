import { Args, Flags } from "@oclif/core";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { durationFlag } from "../../core/cli/duration-flag.ts";
import { type InsightsResult, queryLogs } from "../../core/operations/query-logs.ts";
import { formatRows } from "../../core/output/logs-view.ts";

export default class LogsInsights extends BaseCommand<InsightsResult> {
  static override summary = "Ask CloudWatch Logs Insights about the service's logs.";
  static override description =
    "Insights bills by what it scans. The sandbox knows fields, display, filter, parse, stats, sort, limit and dedup.";
  static override examples = [
    "<%= config.bin %> <%= command.id %> 'filter @message like /error/ | stats count(*) as errors by bin(5m)'",
    `<%= config.bin %> <%= command.id %> 'parse @message "* took * ms" as what, ms | stats pct(ms, 99) by what' --since 1d`,
  ];
  static override args = { query: Args.string({ required: true, description: "The query." }) };
  static override flags = {
    since: durationFlag({ default: 3600, defaultHelp: async () => "1h", description: "Only the last so much time." }),
    limit: Flags.integer({ min: 1, max: 10_000, helpValue: "N", description: "Rows at most." }),
  };

  protected async execute(): Promise<InsightsResult> {
    const { args, flags } = await this.parse(LogsInsights);
    const options = { query: args.query, sinceSeconds: flags.since, limit: flags.limit };
    return queryLogs(await this.context(), await this.project(), options);
  }

  protected render(result: InsightsResult): string {
    return formatRows(result);
  }
}

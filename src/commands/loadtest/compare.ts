import { Args } from "@oclif/core";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { compareReports, type ReportComparison } from "../../core/operations/compare-reports.ts";
import { formatComparison } from "../../core/output/compare-view.ts";

export default class LoadtestCompare extends BaseCommand<ReportComparison> {
  static override summary = "Say what changed from one load test to another, and whether it is more than noise.";
  static override description =
    "Each second of a run is one observation; they are drawn again and again in blocks of neighbours to see how far chance alone would move each figure (docs/load-testing.md). Exit code 0 whatever it finds.";
  static override examples = ["<%= config.bin %> loadtest compare before.json after.json"];
  static override args = {
    a: Args.string({ required: true, description: "What loadtest --out wrote, before." }),
    b: Args.string({ required: true, description: "And after." }),
  };

  protected async execute(): Promise<ReportComparison> {
    const { args } = await this.parse(LoadtestCompare);
    return compareReports(args.a, args.b);
  }

  protected render(result: ReportComparison): string {
    return formatComparison(result);
  }
}

import { Args, Flags } from "@oclif/core";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { type PageWritten, rebuildReport } from "../../core/operations/load-report.ts";
import { renderHtmlReport } from "../../core/output/html-report.ts";

export default class LoadtestReport extends BaseCommand<PageWritten> {
  static override summary = "Make the page of a load test again from the file that --out wrote.";
  static override examples = [
    "<%= config.bin %> loadtest report run.json",
    "<%= config.bin %> loadtest report run.json --out page.html",
  ];
  static override args = {
    file: Args.string({ required: true, description: "What loadtest --out wrote." }),
  };
  static override flags = {
    out: Flags.string({ helpValue: "FILE.html", description: "The page; default beside FILE, with .html." }),
  };

  protected async execute(): Promise<PageWritten> {
    const { args, flags } = await this.parse(LoadtestReport);
    return rebuildReport(args.file, flags.out, renderHtmlReport);
  }

  protected render({ report, verdict }: PageWritten): string {
    return `${verdict}\n\nWrote ${report}`;
  }
}

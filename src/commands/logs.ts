import { Flags } from "@oclif/core";
import { BaseCommand } from "../core/cli/base-command.ts";
import { durationFlag } from "../core/cli/duration-flag.ts";
import { followLogs, type LogList, showLogs } from "../core/operations/show-logs.ts";
import { formatLogs, openLogLines } from "../core/output/logs-view.ts";
import type { Listener, Screen } from "../core/output/screen.ts";

export default class Logs extends BaseCommand<LogList> {
  static override summary = "Show what the service's containers wrote, a colour for each task.";
  static override description =
    "Lines come from CloudWatch Logs, oldest first. With --follow they go on until interrupted; with --json then a JSON object a line.";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --follow",
    "<%= config.bin %> <%= command.id %> --since 1h --filter 'ERROR -timeout'",
    "<%= config.bin %> <%= command.id %> --task 3f2a9c01 --json | jq -r '.lines[].message'",
  ];
  static override flags = {
    follow: Flags.boolean({ char: "f", description: "Go on and show what comes, until interrupted." }),
    since: durationFlag({ default: 600, defaultHelp: async () => "10m", description: "Only the last so much time." }),
    filter: Flags.string({
      helpValue: "PATTERN",
      description: "A filter pattern of CloudWatch Logs: words that must be there, or { $.status >= 500 } for JSON.",
    }),
    task: Flags.string({ helpValue: "ID", description: "Only this task; the beginning of its id will do." }),
  };

  private follow = false;

  protected async execute(): Promise<LogList> {
    const { flags } = await this.parse(Logs);
    this.follow = flags.follow;
    const run = flags.follow ? followLogs : showLogs;
    const { since, filter, task } = flags;
    return run(await this.context(), await this.project(), { sinceSeconds: since, filter, task });
  }

  protected override listeners(screen: Screen): Listener[] {
    return [...super.listeners(screen), openLogLines(screen)];
  }

  protected override streams(): boolean {
    return this.follow;
  }

  protected render(result: LogList): string {
    return this.follow ? "" : formatLogs(result);
  }
}

import { BaseCommand } from "../core/cli/base-command.ts";
import { loadtestFlags } from "../core/cli/loadtest-flags.ts";
import { readLoadtestInput } from "../core/cli/loadtest-input.ts";
import { ExitCode } from "../core/errors.ts";
import { runLoadtest } from "../core/operations/run-loadtest.ts";
import { renderHtmlReport } from "../core/output/html-report.ts";
import { formatLoadReport } from "../core/output/load-report.ts";
import { openLoadView } from "../core/output/loadtest-view.ts";
import type { Listener, Screen } from "../core/output/screen.ts";

type Result = Awaited<ReturnType<typeof runLoadtest>>;

export default class Loadtest extends BaseCommand<Result> {
  static override summary = "Put load on the running tasks, follow them as they come and go, and say what happened.";
  static override description =
    "A closed loop, in which each client sends its next request when the last one is answered; or with --rate or --stage an open one, in which requests leave on schedule. Without an end it runs for 8 minutes. What --out kept, `loadtest report` shows again and `loadtest compare` compares. Loads only the service's own tasks, or what --target names.";
  static override examples = [
    "<%= config.bin %> loadtest --until scaled",
    "<%= config.bin %> loadtest --duration 8m --slo 'p99<250ms' --slo 'errors<0.1%'",
    "<%= config.bin %> loadtest --until scaled --report run.html --out run.json",
    "<%= config.bin %> loadtest --stage 30s:100 --stage 2m:500 --ramp 10s --warmup 10s",
  ];

  static override flags = loadtestFlags;

  protected async execute(): Promise<Result> {
    const { flags } = await this.parse(Loadtest);
    const context = await this.context();
    const input = await readLoadtestInput(flags, { screen: this.screen, env: context.env });
    const page = flags.report === undefined ? undefined : { file: flags.report, render: renderHtmlReport };
    return runLoadtest(context, await this.project(), { ...input, page });
  }

  protected override listeners(screen: Screen): Listener[] {
    return [openLoadView(screen)];
  }

  protected override exitCodeFor({ objectives, until }: Result): ExitCode {
    const met = objectives.every((objective) => objective.met) && (until?.met ?? true);
    return met ? ExitCode.done : ExitCode.objectiveMissed;
  }

  protected render(report: Result): string {
    return formatLoadReport(report);
  }
}

import { Flags } from "@oclif/core";
import { BaseCommand } from "../core/cli/base-command.ts";
import { durationFlag } from "../core/cli/duration-flag.ts";
import { listenForQuit } from "../core/cli/quit-key.ts";
import { ExitCode } from "../core/errors.ts";
import { watchService, type WatchResult } from "../core/operations/watch-service.ts";
import type { Listener, Screen } from "../core/output/screen.ts";
import { openWatch } from "../core/output/watch-view.ts";

export default class Watch extends BaseCommand<WatchResult> {
  static override summary = "Watch the service live: counts, CPU against the target, alarms, activities, and why.";
  static override description =
    "Durations count in the time of AWS (of a fast sandbox: its own). On a terminal, q ends it. Without one, a line for each change; with --json, a document a line for each look.";
  static override examples = [
    "<%= config.bin %> watch",
    "<%= config.bin %> watch --until count=3 --timeout 15m",
    "<%= config.bin %> watch --json | jq .service.running",
  ];

  static override flags = {
    interval: durationFlag({ description: "Time between two looks.", default: 5, defaultHelp: async () => "5s" }),
    until: Flags.string({ helpValue: "GOAL", description: "End when it is met: scaled, stable or count=N." }),
    timeout: durationFlag({ description: "End after that time; with --until not met, exit 7." }),
  };

  protected async execute(): Promise<WatchResult> {
    const { flags } = await this.parse(Watch);
    const [context, project] = [await this.context(), await this.project()];
    const quit = listenForQuit(process.stdin, this.isLive(this.screen));
    const signal = AbortSignal.any([context.signal, quit.signal]);
    const options = { intervalSeconds: flags.interval, until: flags.until, timeoutSeconds: flags.timeout };
    return watchService({ ...context, signal }, project, options).finally(() => quit.close());
  }

  /** `q` before the goal was met. */
  protected override exitCodeFor({ met }: WatchResult): ExitCode {
    return met ? ExitCode.done : ExitCode.objectiveMissed;
  }

  protected override listeners(screen: Screen): Listener[] {
    return [openWatch({ ...screen, interactive: this.isLive(screen) })];
  }

  /** Whoever reads stdout through a pipe wants lines there. */
  private isLive({ interactive, json }: Screen): boolean {
    return interactive && !json && process.stdout.isTTY;
  }

  protected override streams(): boolean {
    return true;
  }

  protected render(): string {
    return "";
  }
}

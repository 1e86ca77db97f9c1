import { Flags } from "@oclif/core";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { findProject, readRehearsalFlags, rehearsalFlags } from "../../core/cli/rehearsal-flags.ts";
import { ExitCode } from "../../core/errors.ts";
import { type TunedScaling, tuneScaling } from "../../core/operations/tune-scaling.ts";
import { formatTuned } from "../../core/output/tune-view.ts";

export default class Tune extends BaseCommand<TunedScaling> {
  static override summary = "Search the cheapest target tracking policy that keeps to an objective under a load.";
  static override description =
    "Rehearses some hundred candidates and prints those that no other beats in both cost and risk. Exit code 7 when none meets the objective. See docs/rehearsal.md.";
  static override examples = [
    "<%= config.bin %> scale tune --load 'sine 100..900rps period 1d' --capacity 100rps --objective 'p(util>90%)<1%'",
    "<%= config.bin %> scale tune --from-metrics 7d --objective 'lost<0.1%'",
  ];
  static override flags = {
    ...rehearsalFlags,
    objective: Flags.string({
      default: "p(util>90%)<1%",
      helpValue: "OBJECTIVE",
      description: "p(util>90%)<1%, worst<120%, lost<0.1%, under<5m or cost<20.",
    }),
    metric: Flags.option({
      options: ["cpu", "memory", "requests"] as const,
      default: "cpu" as const,
      description: "What the policy tracks.",
    })(),
  };

  protected async execute(): Promise<TunedScaling> {
    const { flags } = await this.parse(Tune);
    const { objective, metric } = flags;
    return tuneScaling(
      { ...readRehearsalFlags(flags), objective, metric },
      { project: await findProject(() => this.project(), flags.config), openContext: () => this.context() },
    );
  }

  protected override exitCodeFor({ objective }: TunedScaling): ExitCode {
    return objective.met ? ExitCode.done : ExitCode.objectiveMissed;
  }

  protected render(result: TunedScaling): string {
    return formatTuned(result, this.screen.columns);
  }
}

import { Flags } from "@oclif/core";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { findProject, readRehearsalFlags, rehearsalFlags } from "../../core/cli/rehearsal-flags.ts";
import { type Simulation, simulateScaling } from "../../core/operations/simulate-scaling.ts";
import { formatSimulation } from "../../core/output/simulation-view.ts";

export default class Simulate extends BaseCommand<Simulation> {
  static override summary = "Rehearse what scaling policies would do to a load, without AWS.";
  static override description =
    "Second by second, with the arithmetic that the sandbox scales with. Reads the service only for --measure and --from-metrics. See docs/rehearsal.md.";
  static override examples = [
    "<%= config.bin %> scale simulate --load 'ramp 0..2000rps over 10m; hold 20m; drop' --capacity 200rps",
    "<%= config.bin %> scale simulate --load week.csv --capacity 200rps --compare 'cpu 40' --compare 'cpu 70 out 30s'",
    "<%= config.bin %> scale simulate --from-metrics 7d --report rehearsal.html",
  ];
  static override flags = {
    ...rehearsalFlags,
    compare: Flags.string({
      helpValue: "POLICY|FILE",
      description: "Another way to scale, rehearsed beside the first; may be repeated.",
      multiple: true,
      multipleNonGreedy: true,
    }),
    report: Flags.string({ helpValue: "FILE.html", description: "Leave a page with charts." }),
  };

  protected async execute(): Promise<Simulation> {
    const { flags } = await this.parse(Simulate);
    const render = async (simulation: Simulation): Promise<string> => {
      const { renderSimulationPage } = await import("../../core/output/simulation-page.ts");
      return renderSimulationPage(simulation);
    };
    return simulateScaling(
      {
        ...readRehearsalFlags(flags),
        compare: flags.compare ?? [],
        page: flags.report === undefined ? undefined : { file: flags.report, render },
      },
      {
        project: await findProject(() => this.project(), flags.config),
        openContext: () => this.context(),
      },
    );
  }

  protected render(result: Simulation): string {
    return formatSimulation(result, this.screen.columns);
  }
}

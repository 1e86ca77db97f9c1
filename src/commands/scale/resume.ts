import { Args } from "@oclif/core";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { type ScalingWay, suspendScaling, type SuspendResult } from "../../core/operations/suspend-scaling.ts";
import { formatSuspended } from "../../core/output/scale-view.ts";

export default class ResumeScaling extends BaseCommand<SuspendResult> {
  static override summary = "Let the service scale by itself again.";
  static override examples = ["<%= config.bin %> scale resume", "<%= config.bin %> scale resume in"];
  static override args = {
    way: Args.string({ options: ["out", "in", "scheduled"], description: "What to let go on; all of it when absent." }),
  };

  protected async execute(): Promise<SuspendResult> {
    const { args } = await this.parse(ResumeScaling);
    const way = args.way as ScalingWay | undefined;
    return suspendScaling(await this.context(), await this.project(), { way, suspend: false });
  }

  protected render(result: SuspendResult): string {
    return formatSuspended(result);
  }
}

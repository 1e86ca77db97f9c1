import { Args } from "@oclif/core";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { type ScalingWay, suspendScaling, type SuspendResult } from "../../core/operations/suspend-scaling.ts";
import { formatSuspended } from "../../core/output/scale-view.ts";

export default class SuspendScaling extends BaseCommand<SuspendResult> {
  static override summary = "Stop what scales the service by itself; policies, alarms and limits stay.";
  static override examples = ["<%= config.bin %> scale suspend", "<%= config.bin %> scale suspend in"];
  static override args = {
    way: Args.string({ options: ["out", "in", "scheduled"], description: "What to stop; all of it when absent." }),
  };

  protected async execute(): Promise<SuspendResult> {
    const { args } = await this.parse(SuspendScaling);
    const way = args.way as ScalingWay | undefined;
    return suspendScaling(await this.context(), await this.project(), { way, suspend: true });
  }

  protected render(result: SuspendResult): string {
    return formatSuspended(result);
  }
}

import { BaseCommand } from "../../core/cli/base-command.ts";
import { countArg } from "../../core/cli/count-arg.ts";
import { setScalingRange, type SetRangeResult } from "../../core/operations/set-scaling-range.ts";
import { formatSetRange } from "../../core/output/scale-view.ts";

export default class SetRange extends BaseCommand<SetRangeResult> {
  static override summary = "Set the fewest and most tasks, in AWS and in ecsctl.yaml.";
  static override examples = ["<%= config.bin %> scale range 1 10"];
  static override args = {
    min: countArg({ required: true, description: "Fewest tasks." }),
    max: countArg({ required: true, description: "Most tasks." }),
  };

  protected async execute(): Promise<SetRangeResult> {
    const { args } = await this.parse(SetRange);
    return setScalingRange(await this.context(), await this.project(), args);
  }

  protected render(result: SetRangeResult): string {
    return formatSetRange(result);
  }
}

import { BaseCommand } from "../../core/cli/base-command.ts";
import { countArg } from "../../core/cli/count-arg.ts";
import { durationFlag } from "../../core/cli/duration-flag.ts";
import { setDesiredCount, type SetCountResult } from "../../core/operations/set-desired-count.ts";
import { formatSetCount } from "../../core/output/scale-view.ts";

export default class SetCount extends BaseCommand<SetCountResult> {
  static override summary = "Set the number of tasks by hand, for a while or until a policy changes it.";
  static override description =
    "With --for, minimum and maximum become that number, and a scheduled action in AWS puts them back: nothing on this computer needs to go on running.";
  static override examples = ["<%= config.bin %> scale set 5", "<%= config.bin %> scale set 5 --for 2h"];
  static override args = { count: countArg({ required: true, description: "Number of tasks." }) };
  static override flags = {
    for: durationFlag({ description: "Hold it this long, then put the limits back." }),
  };

  protected async execute(): Promise<SetCountResult> {
    const { args, flags } = await this.parse(SetCount);
    const options = { count: args.count, forSeconds: flags.for };
    return setDesiredCount(await this.context(), await this.project(), options);
  }

  protected render(result: SetCountResult): string {
    return formatSetCount(result);
  }
}

import { Flags } from "@oclif/core";
import { BaseCommand } from "../core/cli/base-command.ts";
import { ExitCode } from "../core/errors.ts";
import { plan } from "../core/operations/plan-deploy.ts";
import { formatPlanAnswer } from "../core/output/plan-view.ts";

type Result = Awaited<ReturnType<typeof plan>>;

export default class Plan extends BaseCommand<Result> {
  static override summary = "Show what deploy would change, and what it costs.";
  static override description = "Reads only. Exit code 0: nothing to do; 10: changes are pending.";
  static override examples = ["<%= config.bin %> plan", "<%= config.bin %> plan --out plan.json"];
  static override flags = {
    out: Flags.string({ helpValue: "FILE", description: "Save the plan for deploy --plan." }),
    image: Flags.string({ helpValue: "TAG", description: "Tag, digest or reference of the image." }),
    adopt: Flags.boolean({ description: "Count what exists without ecsctl's tag as ours to complete." }),
  };

  protected async execute(): Promise<Result> {
    const { flags } = await this.parse(Plan);
    const { out, image, adopt } = flags;
    return plan(await this.context(), await this.project(), { out, image, adopt });
  }

  protected render(result: Result): string {
    return formatPlanAnswer(result);
  }

  protected override exitCodeFor(result: Result): ExitCode {
    return result.changes > 0 ? ExitCode.changesPending : ExitCode.done;
  }
}

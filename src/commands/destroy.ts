import { Flags } from "@oclif/core";
import { BaseCommand } from "../core/cli/base-command.ts";
import { ask, requireTerminal } from "../core/cli/prompt.ts";
import { ExitCode, usageError } from "../core/errors.ts";
import { destroy, type DestroyList, type DestroyResult } from "../core/operations/destroy.ts";
import { formatDestroy, formatDestroyList } from "../core/output/deploy-view.ts";

export default class Destroy extends BaseCommand<DestroyResult> {
  static override summary = "Delete everything that ecsctl made for this app, and prove that nothing is left.";
  static override examples = ["<%= config.bin %> destroy --dry-run", "<%= config.bin %> destroy --confirm flash-sale"];
  static override flags = {
    yes: Flags.boolean({ char: "y", description: "Ask nothing." }),
    confirm: Flags.string({ helpValue: "NAME", description: "The app's name, instead of typing it." }),
    "dry-run": Flags.boolean({ description: "Only list what would go." }),
    "keep-images": Flags.boolean({ description: "Leave the repository and its images." }),
  };

  protected async execute(): Promise<DestroyResult> {
    const { flags } = await this.parse(Destroy);
    const sure = flags.yes || flags["dry-run"] || flags.confirm !== undefined;
    if (!sure) requireTerminal(this.screen, ["--yes"], "--confirm NAME");
    const project = await this.project();
    const { app } = project.config;
    if (flags.confirm !== undefined && flags.confirm !== app)
      throw usageError({
        code: "WrongName",
        message: `--confirm ${flags.confirm} is not the name of this app, which is ${app}.`,
        hint: `Nothing was touched. If you mean it: --confirm ${app}`,
      });
    return destroy(await this.context(), project, {
      dryRun: flags["dry-run"],
      keepImages: flags["keep-images"],
      confirm: sure ? undefined : (list) => this.confirmByName(list),
    });
  }

  private async confirmByName(list: DestroyList): Promise<boolean> {
    this.screen.err(formatDestroyList(list));
    const question = { message: `Type ${list.app} to delete all of it`, flag: "--confirm NAME" };
    return (await ask(this.screen, question, this.signal)) === list.app;
  }

  protected render(result: DestroyResult): string {
    return formatDestroy(result);
  }

  protected override exitCodeFor({ remaining, wouldDelete }: DestroyResult): ExitCode {
    return remaining.length > 0 && !wouldDelete ? ExitCode.gaveUp : ExitCode.done;
  }
}

import { Flags } from "@oclif/core";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { exportStack } from "../../core/operations/export-stack.ts";
import { formatExport } from "../../core/output/export-view.ts";

type Result = Awaited<ReturnType<typeof exportStack>>;

export default class ExportCloudformation extends BaseCommand<Result> {
  static override summary = "Write everything that ecsctl made as CloudFormation, to go on without ecsctl.";
  static override description =
    "Reads only. A template, and resources-to-import.json for a change set of type IMPORT; docs/leaving.md has the way.";
  static override examples = ["<%= config.bin %> export cloudformation --out infrastructure"];
  static override flags = {
    out: Flags.string({ helpValue: "DIR", description: "Folder for the files; without it they are printed." }),
    force: Flags.boolean({ description: "Write over files that are there." }),
  };

  protected async execute(): Promise<Result> {
    const { flags } = await this.parse(ExportCloudformation);
    const { out, force } = flags;
    return exportStack(await this.context(), await this.project(), { format: "cloudformation", out, force });
  }

  protected render(result: Result): string {
    return formatExport(result);
  }
}

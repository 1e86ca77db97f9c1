import { Flags } from "@oclif/core";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { type PolicyResult, printPolicy } from "../../core/operations/print-policy.ts";

export default class Policy extends BaseCommand<PolicyResult> {
  static override summary = "Print the least IAM policy that commands need on this project.";
  static override description =
    "Made from the calls that ecsctl makes, narrowed down to what ecsctl.yaml names and to the app's tag. Reads only ecsctl.yaml.";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --for deploy --for destroy",
    '<%= config.bin %> <%= command.id %> --for "scale policy add" --account 123456789012',
    "<%= config.bin %> <%= command.id %> --for all --out policy.json",
  ];

  static override flags = {
    for: Flags.string({
      multiple: true,
      required: true,
      helpValue: "COMMAND",
      description: "A command, a topic (`scale`), or `all`.",
    }),
    account: Flags.string({ helpValue: "ID", description: "Only this account; any when absent." }),
    out: Flags.string({
      helpValue: "FILE",
      description: "Write it there; several files when it is too long for one managed policy.",
    }),
  };

  protected async execute(): Promise<PolicyResult> {
    const { flags } = await this.parse(Policy);
    const { for: commands, account, out } = flags;
    return printPolicy(this.emit, await this.project(), { commands, account, out });
  }

  protected render({ policy, files }: PolicyResult): string {
    if (files.length === 0) return JSON.stringify(policy, undefined, 2);
    return files.map((file) => `wrote ${file}`).join("\n");
  }
}

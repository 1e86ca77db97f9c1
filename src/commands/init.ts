import { resolve } from "node:path";
import { Flags } from "@oclif/core";
import { BaseCommand } from "../core/cli/base-command.ts";
import { answerQuestions } from "../core/cli/init-wizard.ts";
import { defaultsOf, initProject, type InitResult } from "../core/operations/init.ts";
import { formatInit } from "../core/output/init-view.ts";

export default class Init extends BaseCommand<InitResult> {
  static override summary = "Write ecsctl.yaml and, from a template, the sample app.";
  static override description = "Asks on a terminal; --yes takes the template's defaults for what no flag says.";
  static override examples = [
    "<%= config.bin %> init --yes",
    "<%= config.bin %> init --template api --email me@example.com --yes",
    "<%= config.bin %> init --dir shop --app shop --instance-type t3.small --yes",
  ];

  static override flags = {
    template: Flags.option({ options: ["flash-sale", "api", "service"] as const })({
      default: "flash-sale",
      description: "What to start from.",
    }),
    dir: Flags.string({ default: ".", helpValue: "FOLDER", description: "Where to write; made if missing." }),
    app: Flags.string({ helpValue: "NAME", description: "Name of the application; resources are named after it." }),
    "instance-type": Flags.string({ helpValue: "TYPE", description: "EC2 instance type." }),
    min: Flags.integer({ min: 0, helpValue: "N", description: "Fewest instances; in the template api, tasks." }),
    max: Flags.integer({ min: 1, helpValue: "N", description: "Most instances; in the template api, tasks." }),
    email: Flags.string({ helpValue: "ADDRESS", description: "Whom alarms write to (template api)." }),
    yes: Flags.boolean({ char: "y", description: "Ask nothing." }),
    force: Flags.boolean({ description: "Overwrite files that exist." }),
  };

  protected async execute(): Promise<InitResult> {
    const { flags } = await this.parse(Init);
    const { app, region, "instance-type": instanceType, min, max, email } = flags;
    const given = { app, region, instanceType, min, max, email };
    const answers = await answerQuestions(this.screen, given, defaultsOf(flags.template), flags.yes);
    return initProject({ dir: resolve(flags.dir), template: flags.template, answers, force: flags.force });
  }

  protected render(result: InitResult): string {
    return formatInit(result);
  }
}

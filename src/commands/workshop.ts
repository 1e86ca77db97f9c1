import { resolve } from "node:path";
import { Flags } from "@oclif/core";
import { BaseCommand } from "../core/cli/base-command.ts";
import { engineFlag, omitBaseFlag } from "../core/cli/engine-flag.ts";
import { confirm, requireTerminal } from "../core/cli/prompt.ts";
import { runWorkshop, type WorkshopResult } from "../core/operations/run-workshop.ts";
import type { Listener, Screen } from "../core/output/screen.ts";
import { formatWorkshop, openWorkshopView } from "../core/output/workshop-view.ts";

export default class Workshop extends BaseCommand<WorkshopResult> {
  static override summary = "The guided project, activity by activity: each explained, done and verified.";
  static override description =
    "Ten activities from the registry to the events, then everything is deleted. What AWS shows as done is not done again, so it goes on where it stopped. Makes things that cost money, unless --sandbox is on.";
  static override examples = ["<%= config.bin %> workshop --sandbox", "<%= config.bin %> workshop --sandbox --yes"];

  static override flags = {
    dir: Flags.string({
      default: ".",
      helpValue: "FOLDER",
      description: "The project; written from the flash-sale template when it has no ecsctl.yaml.",
    }),
    engine: engineFlag,
    "omit-base": omitBaseFlag,
    yes: Flags.boolean({ char: "y", description: "Run through without asking before each activity." }),
  };

  protected async execute(): Promise<WorkshopResult> {
    const { flags } = await this.parse(Workshop);
    if (!flags.yes) requireTerminal(this.screen, ["--yes"]);
    const proceed = flags.yes
      ? async () => true
      : (text: { name: string }) =>
          confirm(this.screen, { message: `Do it: ${text.name}?`, flag: "--yes", default: "yes" });
    return runWorkshop(await this.context(), {
      dir: resolve(flags.dir),
      engine: flags.engine,
      omitBase: flags["omit-base"],
      proceed: ({ text }) => proceed(text),
    });
  }

  protected override listeners(screen: Screen): Listener[] {
    return [openWorkshopView(screen)];
  }

  protected render(result: WorkshopResult): string {
    return formatWorkshop(result);
  }
}

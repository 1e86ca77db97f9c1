import { Flags } from "@oclif/core";
import { BaseCommand } from "../core/cli/base-command.ts";
import { durationFlag } from "../core/cli/duration-flag.ts";
import { confirm, requireTerminal } from "../core/cli/prompt.ts";
import { ExitCode } from "../core/errors.ts";
import { rollback, type RollbackOptions, type RollbackResult } from "../core/operations/rollback.ts";
import { formatRollback, formatRollbackPlan } from "../core/output/rollback-view.ts";

export default class Rollback extends BaseCommand<RollbackResult> {
  static override summary = "Back to the task definition that ran well before, and wait until it runs.";
  static override description =
    "Without --to: the newest other one whose deployment came to a good end; after ECS went back by itself, the one that it went to. Exit code 5 whenever the revision asked for is not the one that runs at the end. Ctrl-C leaves the rollout running.";
  static override examples = ["<%= config.bin %> rollback", "<%= config.bin %> rollback --to 3 --yes"];
  static override flags = {
    to: Flags.string({ helpValue: "REVISION", description: "Task definition: 3, FAMILY:3 or an ARN." }),
    yes: Flags.boolean({ char: "y", description: "Ask nothing." }),
    timeout: durationFlag({ description: "Give up after this long without any progress; default 10m." }),
  };

  protected async execute(): Promise<RollbackResult> {
    const { flags } = await this.parse(Rollback);
    const { to, yes, timeout: timeoutSeconds } = flags;
    if (!yes) requireTerminal(this.screen, ["--yes"]);
    const ask: RollbackOptions["confirm"] = (plan) =>
      confirm(this.screen, { message: formatRollbackPlan(plan), flag: "--yes" }, this.signal);
    return rollback(await this.context(), await this.project(), {
      to,
      timeoutSeconds,
      confirm: yes ? undefined : ask,
    });
  }

  protected render(result: RollbackResult): string {
    return formatRollback(result);
  }

  protected override exitCodeFor({ running, deployment }: RollbackResult): ExitCode {
    return running || deployment.status === "not started" ? ExitCode.done : ExitCode.deploymentFailed;
  }
}

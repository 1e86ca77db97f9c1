import { Flags } from "@oclif/core";
import { BaseCommand } from "../core/cli/base-command.ts";
import { durationFlag } from "../core/cli/duration-flag.ts";
import { confirm, requireTerminal } from "../core/cli/prompt.ts";
import { ExitCode } from "../core/errors.ts";
import { deploy, type DeployOptions, type DeployResult } from "../core/operations/deploy.ts";
import { formatDeploy } from "../core/output/deploy-view.ts";
import { formatPlan } from "../core/output/plan-view.ts";

const exitCodes: Partial<Record<DeployResult["deployment"]["status"], ExitCode>> = {
  failed: ExitCode.deploymentFailed,
  superseded: ExitCode.deploymentFailed,
  "timed out": ExitCode.gaveUp,
};

export default class Deploy extends BaseCommand<DeployResult> {
  static override summary = "Make the cluster and the service as ecsctl.yaml says, and wait for the rollout.";
  static override description =
    "Plans, asks, applies independent steps side by side, and waits for the deployment that it started. The same command again always converges.";
  static override examples = ["<%= config.bin %> deploy", "<%= config.bin %> deploy --build --yes"];
  static override flags = {
    yes: Flags.boolean({ char: "y", description: "Ask nothing." }),
    build: Flags.boolean({ description: "Build and push the image first." }),
    image: Flags.string({
      helpValue: "TAG",
      description: "Tag, digest or reference of the image; with --build, the tag to push it under.",
    }),
    plan: Flags.string({ helpValue: "FILE", exclusive: ["build"], description: "Do only what this saved plan says." }),
    adopt: Flags.boolean({ description: "Complete what exists without ecsctl's tag." }),
    fast: Flags.boolean({ description: "Done when the new tasks are healthy; the old ones leave afterwards." }),
    wait: Flags.boolean({ allowNo: true, default: true, description: "Wait for the rollout." }),
    "wait-until": Flags.option({ options: ["deployed", "stable"] as const })({
      default: "stable",
      description: "deployed: its tasks run; stable: ECS calls the deployment completed.",
    }),
    timeout: durationFlag({ description: "Give up the rollout after this long without any progress; default 10m." }),
  };

  protected async execute(): Promise<DeployResult> {
    const { flags } = await this.parse(Deploy);
    if (!flags.yes) requireTerminal(this.screen, ["--yes"]);
    const ask: DeployOptions["confirm"] = async (plan) => {
      this.screen.err(formatPlan(plan));
      return confirm(this.screen, { message: "Do it?", flag: "--yes" }, this.signal);
    };
    const { build, image, adopt, fast, wait, "wait-until": until, timeout: timeoutSeconds, plan: planFile } = flags;
    const options = { build, image, adopt, fast, wait, until, timeoutSeconds, planFile };
    return deploy(await this.context(), await this.project(), { ...options, confirm: flags.yes ? undefined : ask });
  }

  protected render(result: DeployResult): string {
    return formatDeploy(result);
  }

  protected override exitCodeFor({ deployment }: DeployResult): ExitCode {
    return exitCodes[deployment.status] ?? ExitCode.done;
  }
}

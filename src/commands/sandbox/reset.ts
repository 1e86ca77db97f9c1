import { BaseCommand } from "../../core/cli/base-command.ts";
import { resetSandbox } from "../../core/cli/sandbox-launcher.ts";
import { stateDirectory } from "../../core/cli/state-dir.ts";

interface ResetResult {
  reset: boolean;
  running: boolean;
}

export default class SandboxReset extends BaseCommand<ResetResult> {
  static override summary = "Empty the sandbox: no resources, no images, no tasks.";

  protected async execute(): Promise<ResetResult> {
    await this.parse(SandboxReset);
    const running = await resetSandbox(stateDirectory(process.env), this.signal);
    return { reset: true, running: running !== undefined };
  }

  protected render({ running }: ResetResult): string {
    return running ? "The sandbox is empty." : "The saved state is gone; no sandbox was running.";
  }
}

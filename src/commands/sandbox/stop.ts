import { BaseCommand } from "../../core/cli/base-command.ts";
import { stopSandbox } from "../../core/cli/sandbox-launcher.ts";
import { stateDirectory } from "../../core/cli/state-dir.ts";

interface StopResult {
  stopped: boolean;
  pid: number | null;
}

export default class SandboxStop extends BaseCommand<StopResult> {
  static override summary = "Stop the sandbox and its tasks; its state is kept.";

  protected async execute(): Promise<StopResult> {
    await this.parse(SandboxStop);
    const stopped = await stopSandbox(stateDirectory(process.env), this.signal);
    return { stopped: stopped !== undefined, pid: stopped?.pid ?? null };
  }

  protected render({ stopped }: StopResult): string {
    return stopped ? "The sandbox has ended; ecsctl sandbox start goes on where it was." : "No sandbox was running.";
  }
}

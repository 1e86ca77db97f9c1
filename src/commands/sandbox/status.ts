import { BaseCommand } from "../../core/cli/base-command.ts";
import { describe, findSandbox } from "../../core/cli/sandbox-launcher.ts";
import type { RunningSandbox } from "../../core/cli/sandbox-socket.ts";
import { stateDirectory } from "../../core/cli/state-dir.ts";

type Nothing = { [Key in keyof RunningSandbox]: null };
type StatusResult = ({ running: true } & RunningSandbox) | ({ running: false } & Nothing);

export default class SandboxStatus extends BaseCommand<StatusResult> {
  static override summary = "Say whether the sandbox is running, and where.";

  protected async execute(): Promise<StatusResult> {
    await this.parse(SandboxStatus);
    const found = await findSandbox(stateDirectory(process.env), this.signal);
    if (!found)
      return { running: false, endpoint: null, pid: null, port: null, speed: null, runtime: null, since: null };
    const { endpoint, pid, port, speed, runtime, since } = found;
    return { running: true, endpoint, pid, port, speed, runtime, since };
  }

  protected render(result: StatusResult): string {
    return result.running
      ? `The sandbox is running: ${describe(result)}; process ${result.pid}, since ${result.since}.`
      : "No sandbox is running.\n\nNext: ecsctl sandbox start";
  }
}

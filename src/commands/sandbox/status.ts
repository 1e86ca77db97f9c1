import { BaseCommand } from "../../core/cli/base-command.ts";
import { describe, findSandbox } from "../../core/cli/sandbox-launcher.ts";
import { describeFault, type SandboxFault, talkAboutFaults } from "../../core/cli/sandbox-faults.ts";
import type { RunningSandbox } from "../../core/cli/sandbox-socket.ts";
import { stateDirectory } from "../../core/cli/state-dir.ts";

type Nothing = { [Key in keyof RunningSandbox]: null };
type StatusResult = (({ running: true } & RunningSandbox) | ({ running: false } & Nothing)) & {
  /** What goes wrong on purpose. */
  faults: SandboxFault[];
};

export default class SandboxStatus extends BaseCommand<StatusResult> {
  static override summary = "Say whether the sandbox is running, and where.";

  protected async execute(): Promise<StatusResult> {
    await this.parse(SandboxStatus);
    const found = await findSandbox(stateDirectory(process.env), this.signal);
    if (!found)
      return {
        running: false,
        endpoint: null,
        pid: null,
        port: null,
        speed: null,
        runtime: null,
        since: null,
        faults: [],
      };
    const { endpoint, pid, port, speed, runtime, since } = found;
    const { faults } = await talkAboutFaults(found, undefined, this.signal);
    return { running: true, endpoint, pid, port, speed, runtime, since, faults };
  }

  protected render(result: StatusResult): string {
    if (!result.running) return "No sandbox is running.\n\nNext: ecsctl sandbox start";
    const running = `The sandbox is running: ${describe(result)}; process ${result.pid}, since ${result.since}.`;
    return [running, ...result.faults.map((fault) => `  fault: ${describeFault(fault)}`)].join("\n");
  }
}

import { BaseCommand } from "../../core/cli/base-command.ts";
import { faultFlags, readFaultFlags } from "../../core/cli/fault-flags.ts";
import { describeFault, type FaultsAnswer, talkAboutFaults } from "../../core/cli/sandbox-faults.ts";
import { findSandbox } from "../../core/cli/sandbox-launcher.ts";
import { stateDirectory } from "../../core/cli/state-dir.ts";
import { usageError } from "../../core/errors.ts";

export default class SandboxFault extends BaseCommand<FaultsAnswer> {
  static override summary = "Make AWS's calls go wrong in the sandbox: throttled, failing, late, lost, stale, refused.";
  static override description =
    "Without flags: what is on. Times are the sandbox's. Faults are forgotten when the sandbox stops or is reset.";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --throttle 30 --for 5m",
    "<%= config.bin %> <%= command.id %> --lag 3s --service iam",
    "<%= config.bin %> <%= command.id %> --policy policy.json",
    "<%= config.bin %> <%= command.id %> --lose-instance any",
    "<%= config.bin %> <%= command.id %> --off",
  ];
  static override flags = faultFlags;

  protected async execute(): Promise<FaultsAnswer> {
    const { flags } = await this.parse(SandboxFault);
    const changes = readFaultFlags(flags);
    const running = await findSandbox(stateDirectory(process.env), this.signal);
    if (running) return talkAboutFaults(running, changes, this.signal);
    throw usageError({
      code: "SandboxNotRunning",
      message: "No sandbox is running, so nothing can go wrong in it.",
      hint: "ecsctl sandbox start",
    });
  }

  protected render({ faults, lost }: FaultsAnswer): string {
    const gone = lost === null ? [] : [`Lost ${lost}.`];
    const on = faults.map((fault) => describeFault(fault));
    return [...gone, ...(on.length > 0 ? on : ["No fault is on."])].join("\n");
  }
}

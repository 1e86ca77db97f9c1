import { Flags } from "@oclif/core";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { describe, runSandbox, startSandbox } from "../../core/cli/sandbox-launcher.ts";
import { readSpeed, sandboxFlags } from "../../core/cli/sandbox-flags.ts";
import type { RunningSandbox } from "../../core/cli/sandbox-socket.ts";
import { stateDirectory } from "../../core/cli/state-dir.ts";

interface StartResult extends RunningSandbox {
  running: boolean;
  started: boolean;
}

export default class SandboxStart extends BaseCommand<StartResult> {
  static override summary = "Start AWS on this computer.";
  static override description =
    "Listens on loopback only. One sandbox a state directory; its state survives stopping and starting.";
  static override examples = ["<%= config.bin %> <%= command.id %> --speed 20"];
  static override flags = {
    ...sandboxFlags,
    foreground: Flags.boolean({ description: "Stay in the foreground; Ctrl-C ends the sandbox." }),
  };

  protected async execute(): Promise<StartResult> {
    const { flags } = await this.parse(SandboxStart);
    const { port, runtime, foreground } = flags;
    const settings = {
      stateDir: stateDirectory(process.env),
      env: process.env,
      emit: this.emit,
      signal: this.signal,
      port,
      runtime,
      speed: readSpeed(flags.speed),
    };
    if (foreground) return { running: false, started: true, ...(await runSandbox(settings)) };
    return { running: true, ...(await startSandbox(settings)) };
  }

  protected render(result: StartResult): string {
    if (!result.running) return "The sandbox has ended; its state is kept.";
    const verb = result.started ? "The sandbox is running" : "The sandbox was already running";
    return `${verb}: ${describe(result)}.\n\nNext: eval "$(ecsctl sandbox env)"   or   ecsctl deploy --sandbox`;
  }
}

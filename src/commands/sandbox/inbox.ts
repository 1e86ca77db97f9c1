import { Flags } from "@oclif/core";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { describeInbox, type InboxResult, openInbox } from "../../core/cli/sandbox-inbox.ts";
import { findSandbox } from "../../core/cli/sandbox-launcher.ts";
import { stateDirectory } from "../../core/cli/state-dir.ts";
import { usageError } from "../../core/errors.ts";

export default class SandboxInbox extends BaseCommand<InboxResult> {
  static override summary = "Show the mails and requests that the sandbox's SNS sent, and confirm addresses.";
  static override description =
    "Mails leave no trace but here. Addresses of this computer (http://127.0.0.1:…) are really posted to; others are only shown.";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --confirm me@example.com",
  ];
  static override flags = {
    confirm: Flags.string({ helpValue: "ADDRESS|all", description: "Follow the link in the mails to this address." }),
    clear: Flags.boolean({ description: "Empty the inbox." }),
    full: Flags.boolean({ description: "Show the messages too, not only what they are about." }),
  };

  private full = false;

  protected async execute(): Promise<InboxResult> {
    const { flags } = await this.parse(SandboxInbox);
    this.full = flags.full;
    const running = await findSandbox(stateDirectory(process.env), this.signal);
    if (running) return openInbox(running, flags, this.signal);
    throw usageError({
      code: "SandboxNotRunning",
      message: "No sandbox is running; its inbox is read by it.",
      hint: "ecsctl sandbox start",
    });
  }

  protected render(result: InboxResult): string {
    return describeInbox(result, this.full);
  }
}

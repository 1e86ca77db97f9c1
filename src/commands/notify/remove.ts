import { Args } from "@oclif/core";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { removeSubscriber, type RemoveSubscriberResult } from "../../core/operations/subscribers.ts";

export default class RemoveSubscriber extends BaseCommand<RemoveSubscriberResult> {
  static override summary = "Let an address hear no more, in AWS and in ecsctl.yaml; the topic stays.";
  static override examples = ["<%= config.bin %> <%= command.id %> me@example.com"];
  static override args = { endpoint: Args.string({ required: true, description: "The address." }) };

  protected async execute(): Promise<RemoveSubscriberResult> {
    const { args } = await this.parse(RemoveSubscriber);
    return removeSubscriber(await this.context(), await this.project(), args.endpoint);
  }

  protected render({ removed, pending }: RemoveSubscriberResult): string {
    const rest = pending ? " It never confirmed: AWS forgets the question after 48 hours." : "";
    return `${removed} hears no more, and is out of ecsctl.yaml.${rest}`;
  }
}

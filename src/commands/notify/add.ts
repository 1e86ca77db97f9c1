import { Args } from "@oclif/core";
import { BaseCommand } from "../../core/cli/base-command.ts";
import { addSubscriber, type AddSubscriberResult } from "../../core/operations/subscribers.ts";
import { formatAddedSubscriber } from "../../core/output/notify-view.ts";

export default class AddSubscriber extends BaseCommand<AddSubscriberResult> {
  static override summary = "Let an address hear of alarms and events, in AWS and in ecsctl.yaml.";
  static override description =
    "Makes the SNS topic if there is none, and lets the alarms that are there tell it. The owner of the address must confirm first.";
  static override examples = [
    "<%= config.bin %> <%= command.id %> me@example.com",
    "<%= config.bin %> <%= command.id %> https://example.com/hook",
  ];
  static override args = {
    endpoint: Args.string({ required: true, description: "An email address, or an http(s) address to post to." }),
  };

  protected async execute(): Promise<AddSubscriberResult> {
    const { args } = await this.parse(AddSubscriber);
    return addSubscriber(await this.context(), await this.project(), args.endpoint);
  }

  protected render(result: AddSubscriberResult): string {
    return formatAddedSubscriber(result);
  }
}
